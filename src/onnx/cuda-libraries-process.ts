import { loadedLibraries } from './cuda-libraries.js'
import { runSmallest } from './provider-trial.js'

if ((await runSmallest('cuda')) === undefined) process.stdout.write((await loadedLibraries()).join('\n'))
