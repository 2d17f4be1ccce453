import { openSmallest } from './provider-trial.js'
import type { Provider } from './runtime.js'

// Tells on stdout why the provider can't be used; nothing where it can. What native libraries write goes to nobody.
process.stdout.write((await openSmallest(process.argv[2] as Provider)) ?? '')
