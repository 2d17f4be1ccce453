import { InputError } from '../errors.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import { pixelUnits } from '../models/input-range.js'

/** What the command line can say of how images go in. */
export interface ImageInputFlags {
  mean?: [number, number, number]
  std?: [number, number, number]
  channels?: 'RGB' | 'BGR'
}

export function hasImageInput({ mean, std, channels }: ImageInputFlags): boolean {
  return mean !== undefined || std !== undefined || channels !== undefined
}

/**
 * A descriptor with what the flags say in place of its own. Means and deviations of pixels in 0..255 are taken as such.
 * @throws InputError where one is in 0..1 and the other in 0..255
 */
export function withImageInput(
  descriptor: RecogniserDescriptor,
  flags: ImageInputFlags,
  say: (message: string) => void,
): RecogniserDescriptor {
  const { channels, mean = descriptor.input.mean, std = descriptor.input.std } = flags
  const input = { ...descriptor.input, ...(channels !== undefined && { channels }) }
  if (flags.mean === undefined && flags.std === undefined) return { ...descriptor, input }
  const units = pixelUnits(mean, std)
  if (units === 'mixed') {
    throw new InputError(
      `mean ${mean.join(',')} and deviation ${std.join(',')} are in different units`,
      flags.mean === undefined ? '--std' : '--mean',
      'give both for pixels in 0..1 (--mean 0.5,0.5,0.5 --std 0.5,0.5,0.5) or both for pixels in 0..255',
    )
  }
  if (units === '0..255')
    say(`${descriptor.name}: --mean and --std are taken as those of pixels in 0..255: (x - mean) / std`)
  return { ...descriptor, input: { ...input, mean, std, scale: units === '0..255' ? 1 : 255 } }
}
