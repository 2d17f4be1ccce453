import { readFileSync } from 'node:fs'
import { librariesIn } from './cuda-libraries.js'
import { runSmallest } from './provider-trial.js'

if ((await runSmallest('cuda')) === undefined)
  process.stdout.write(librariesIn(readFileSync('/proc/self/maps', 'utf8')).join('\n'))
