// Lets Node run TypeScript sources in the worker threads that tests start: `--import` this file.
import { register } from 'node:module'

register('./typescript-loader.mjs', import.meta.url)
