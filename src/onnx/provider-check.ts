import { InputError, reasonOf } from '../errors.js'
import { answerOf, startScript } from '../own-script.js'
import { failureOf, ON_THE_PROCESSOR } from './provider-failure.js'
import { type Provider, readyProvider } from './providers.js'

const GET_CUDA =
  'install onnxruntime-node with its CUDA libraries (ONNXRUNTIME_NODE_INSTALL=cuda12) on a machine with an NVIDIA driver'

/** What a provider needs. */
export const HOW_TO_GET: Record<Provider, string> = {
  cpu: '',
  cuda: GET_CUDA,
  'cuda-float32': GET_CUDA,
  webgpu: 'it needs a graphics adapter with Vulkan, Metal or Direct3D 12',
  coreml: 'it is there on macOS only',
}

/** The error of a provider that can't be used. */
export function unusable(
  provider: Provider,
  reason: string,
  name: string,
  options?: ErrorOptions,
): InputError {
  const failure = failureOf(reason, provider)
  if (failure !== undefined) return new InputError(failure.what, name, failure.ways, options)
  const ways = [HOW_TO_GET[provider], ON_THE_PROCESSOR]
  return new InputError(
    `the provider '${provider}' can't be used on this machine (${reason})`,
    name,
    ways,
    options,
  )
}

/** What running a network on a provider showed. */
export interface ProviderTrial {
  /** why it can't be used; undefined where it can */
  readonly problem: string | undefined
  /** the files of CUDA's and cuDNN's libraries that it ran from */
  readonly libraries: readonly string[]
}

const trials = new Map<string, Promise<ProviderTrial>>()

/**
 * Runs a network on a provider of this machine, once, in a process of its own: drivers write to the terminal as they please where
 * they miss something, and may end the process that loads them.
 */
export function providerTrial(provider: Provider, device?: number): Promise<ProviderTrial> {
  const key = `${provider} ${device}`
  const known = trials.get(key)
  if (known !== undefined) return known
  const args = [provider, ...(device === undefined ? [] : [String(device)])]
  const failed = (problem: string): ProviderTrial => ({ problem, libraries: [] })
  const trial = answerOf(startScript('provider-process', import.meta.url, args)).then(
    ({ said, status, signal }) => {
      if (status !== 0) return failed(`its libraries ended the process (${signal ?? `exit code ${status}`})`)
      const [problem, ...libraries] = said.split('\n')
      return { problem: problem || undefined, libraries: libraries.filter(Boolean) }
    },
    (error: unknown) => failed(reasonOf(error)),
  )
  trials.set(key, trial)
  return trial
}

/** Why a provider can't be used on this machine; undefined where it can. */
export async function tryProvider(provider: Provider, device?: number): Promise<string | undefined> {
  return (await providerTrial(provider, device)).problem
}

/** @throws InputError where a provider can't be used on this machine, or its device is not there: before anything is begun */
export async function requireProvider(provider: Provider, device?: number): Promise<void> {
  readyProvider(provider)
  const problem = provider === 'cpu' ? undefined : await tryProvider(provider, device)
  if (problem !== undefined)
    throw unusable(provider, problem, device === undefined ? '--provider' : `--devices ${device}`)
}
