import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { PROVIDERS, readyProvider } from '../onnx/providers.js'
import { log } from './output.js'

/** Found by itself where a command is begun beside it. */
export const BESIDE = 'paths.yaml'

/**
 * Where networks run, if neither `--provider` nor the environment says so: as the paths file has it, the one that is named
 * or the one beside.
 * @throws InputError where that file names no provider that there is
 */
export async function takeDefaultProvider(command: Command): Promise<void> {
  if (command.getOptionValueSource('provider') !== 'default') return
  const named: unknown = command.getOptionValue('paths')
  const file = typeof named === 'string' ? named : BESIDE
  // One that is named and not there is told by whoever reads all of it.
  if (!existsSync(file)) return
  const { providerIn } = await import('../run/paths-file.js')
  const provider = await providerIn(file)
  if (provider === undefined) return
  command.setOptionValueWithSource('provider', provider, 'config')
  log(`provider: ${provider} (${file})`)
}

/** Before any thread starts. @throws InputError where this process can't multiply as the provider's name says */
export function readyProviderOf(command: Command): void {
  const named: unknown = command.getOptionValue('provider')
  const provider = PROVIDERS.find((known) => known === named)
  if (provider !== undefined) readyProvider(provider)
}
