import { InputError } from '../errors.js'

/** What onnxruntime runs networks on. */
export const BACKENDS = ['cpu', 'cuda', 'webgpu', 'coreml'] as const
export type Backend = (typeof BACKENDS)[number]

/** Where a network can run, and how it multiplies there: `cuda` in TF32, where the GPU has it, `cuda-float32` never. */
export const PROVIDERS = ['cpu', 'cuda', 'cuda-float32', 'webgpu', 'coreml'] as const
export type Provider = (typeof PROVIDERS)[number]

export function backendOf(provider: Provider): Backend {
  return provider === 'cuda-float32' ? 'cuda' : provider
}

/**
 * What NVIDIA's libraries read when they are loaded: 0 turns TF32 off in all of them. onnxruntime-node hands CUDA no option but
 * the device.
 */
const OVERRIDE = 'NVIDIA_TF32_OVERRIDE'

/** The provider whose libraries this process has loaded. */
let loaded: Provider | undefined

/**
 * To be called before a provider is first used, in the main thread: threads get its environment.
 * @throws InputError where this process can't multiply as the provider's name says
 */
export function readyProvider(provider: Provider): void {
  if (backendOf(provider) !== 'cuda' || loaded === provider) return
  if (provider === 'cuda' && process.env[OVERRIDE] === '0' && loaded === undefined)
    throw new InputError(
      `${OVERRIDE}=0 turns TF32 off, which results would not tell`,
      'the environment',
      'use --provider cuda-float32, or unset it',
    )
  if (loaded !== undefined)
    throw new InputError(
      `this process multiplies as '${loaded}' already`,
      `--provider ${provider}`,
      'use one of the two for all networks',
    )
  if (provider === 'cuda-float32') process.env[OVERRIDE] = '0'
  loaded = provider
}
