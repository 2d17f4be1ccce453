import { InputError } from '../errors.js'
import { requireProvider } from './provider-check.js'
import { backendOf, type Provider } from './providers.js'

/**
 * Makes sure that this machine can run networks on a provider, and on each of the devices that are named.
 * @throws InputError where it can't, or the provider has no numbered devices
 */
export async function requireDevices(
  provider: Provider,
  devices: readonly number[] | undefined,
): Promise<void> {
  if (devices !== undefined && backendOf(provider) !== 'cuda')
    throw new InputError(
      'only CUDA has numbered devices',
      '--devices',
      'add --provider cuda, or leave it out',
    )
  for (const device of devices ?? [undefined]) await requireProvider(provider, device)
}
