import { RandomStream } from '../../random/philox.js'
import type { ImageKey } from '../image-key.js'
import { drawMasks, drawMasksFrom, type Masking } from '../masks.js'
import type { BatchMasks } from './attrop.js'
import type { AttropSettings } from './settings.js'

/**
 * The masks of each step of AttrOP, pure functions of seed, identity, image and step. The image that is made in the end
 * (step `undefined`) has the masks that it would have without AttrOP.
 * @param keys the image of each row of a batch
 */
export function stepMasks(
  masking: Masking | undefined,
  seed: number,
  keys: readonly ImageKey[],
  when: AttropSettings['masks'],
): (step: number | undefined) => BatchMasks {
  const tokens = masking?.tokens ?? 0
  return (step) => {
    const dropped = new Uint8Array(keys.length * tokens)
    const masked = new Uint8Array(keys.length * tokens)
    if (masking === undefined) return { dropped, masked }
    for (const [row, { identity, image }] of keys.entries()) {
      const range = [row * tokens, (row + 1) * tokens] as const
      const flags = [dropped.subarray(...range), masked.subarray(...range)] as const
      if (step === undefined || when === 'once') drawMasks(masking, seed, identity, image, ...flags)
      else drawMasksFrom(new RandomStream(seed, `attrop masks ${step}`, identity, image), masking, ...flags)
    }
    return { dropped, masked }
  }
}
