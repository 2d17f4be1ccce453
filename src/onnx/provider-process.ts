import { runSmallest } from './provider-trial.js'
import type { Provider } from './runtime.js'

const [, , provider, device] = process.argv
// Tells on stdout why the provider can't be used; nothing where it can. What native libraries write goes to nobody.
process.stdout.write(
  (await runSmallest(provider as Provider, device === undefined ? undefined : Number(device))) ?? '',
)
