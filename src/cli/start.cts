#!/usr/bin/env node
import os = require('node:os')

// Node's threads for images and files are 4 unless this is set before the first of them is used, and loading a module of the
// other kind uses them: so this one is CommonJS.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, os.availableParallelism()))
void import('./main.js')
