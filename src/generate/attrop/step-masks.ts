import { RandomStream } from '../../random/philox.js'
import type { ImageKey } from '../image-maker.js'
import { drawMasks, drawMasksFrom, type Masking } from '../masks.js'
import type { BatchMasks } from './attrop.js'
import type { AttropSettings } from './settings.js'

/**
 * The masks of each step of AttrOP, pure functions of seed, identity, image and step. The image that is made in the end
 * (step `undefined`) has the masks that it would have without AttrOP.
 * @param batch rows of one call; those past `keys` are as the first
 */
export function stepMasks(
  masking: Masking | undefined,
  seed: number,
  keys: readonly ImageKey[],
  batch: number,
  when: AttropSettings['masks'],
): (step: number | undefined) => BatchMasks {
  const tokens = masking?.tokens ?? 0
  return (step) => {
    const dropped = new Uint8Array(batch * tokens)
    const masked = new Uint8Array(batch * tokens)
    if (masking === undefined) return { dropped, masked }
    for (let row = 0; row < batch; row++) {
      // Padding takes the first row's numbers: a network may divide by how many tokens are left.
      const { identity, image } = keys[row] ?? keys[0]
      const range = [row * tokens, (row + 1) * tokens] as const
      const flags = [dropped.subarray(...range), masked.subarray(...range)] as const
      if (step === undefined || when === 'once') drawMasks(masking, seed, identity, image, ...flags)
      else drawMasksFrom(new RandomStream(seed, `attrop masks ${step}`, identity, image), masking, ...flags)
    }
    return { dropped, masked }
  }
}
