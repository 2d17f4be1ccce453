import { librariesInUse } from './cuda-libraries.js'
import { runSmallest } from './provider-trial.js'
import type { Provider } from './runtime.js'

const [, , provider, device] = process.argv
const problem = await runSmallest(provider as Provider, device === undefined ? undefined : Number(device))
// Tells on stdout why the provider can't be used, a line, empty where it can; then the libraries that it ran from, one a line.
// What native libraries write to stderr goes to nobody.
process.stdout.write([problem ?? '', ...(problem === undefined ? librariesInUse() : [])].join('\n'))
