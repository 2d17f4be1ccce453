import { InputError } from '../errors.js'
import { RandomStream } from '../random/philox.js'

/** How strongly a share of the images is perturbed. */
export interface SigmaShare {
  /** standard deviation of the noise in each dimension, at least 0 */
  readonly sigma: number
  /** share of the images, above 0 and at most 1 */
  readonly share: number
}

/** The paper's mix: 40 % of the images at 0.3, 40 % at 0.5, 20 % at 0.7. */
export const PAPER_SIGMA_MIX: readonly SigmaShare[] = [
  { sigma: 0.3, share: 0.4 },
  { sigma: 0.5, share: 0.4 },
  { sigma: 0.7, share: 0.2 },
]

const TOLERANCE = 1e-9
const REMEDY = 'write sigma:share, as in 0.3:0.4,0.5:0.4,0.7:0.2'

/** @throws InputError where a sigma is below 0, a share is not above 0, or the shares do not sum to 1 */
export function checkSigmaMix(mix: readonly SigmaShare[], where: string): void {
  if (mix.length === 0) throw new InputError('no sigma is given', where, REMEDY)
  for (const { sigma, share } of mix) {
    if (!Number.isFinite(sigma) || sigma < 0)
      throw new InputError(`a sigma is 0 or above, not ${sigma}`, where, REMEDY)
    if (!(share > 0 && share <= 1))
      throw new InputError(`the share of sigma ${sigma} lies in 0..1, not at ${share}`, where, REMEDY)
  }
  const sum = mix.reduce((total, { share }) => total + share, 0)
  if (Math.abs(sum - 1) > 1e-6) {
    throw new InputError(`the shares of the sigmas sum to ${Number(sum.toFixed(6))}, not to 1`, where, REMEDY)
  }
}

/** Reads `0.3:0.4,0.5:0.4,0.7:0.2`; a single sigma may stand alone (`0.5`). @throws InputError */
export function parseSigmaMix(text: string, where: string): SigmaShare[] {
  const items = text.split(',').map((item) => item.trim())
  const mix = items.map((item) => {
    const [sigma, share = items.length === 1 ? '1' : '', ...more] = item.split(':')
    if (sigma.trim() === '' || share.trim() === '' || more.length > 0)
      throw new InputError(`'${item}' is not understood`, where, REMEDY)
    return { sigma: Number(sigma), share: Number(share) }
  })
  checkSigmaMix(mix, where)
  return mix
}

/**
 * The sigma of each image of one identity: first those of the mix's first sigma, then of its second, and so on.
 * Where `images * share` is whole for all shares the counts are exact (50 images: 20, 20, 10). Where it is not,
 * each count is that number rounded down or up; which, is drawn for each identity so that the shares hold on
 * average (systematic sampling). One image an identity thus still follows the mix over the dataset.
 */
export function sigmasOfIdentity(
  mix: readonly SigmaShare[],
  images: number,
  seed: number,
  identity: number,
): Float64Array {
  const offset = new RandomStream(seed, 'sigma', identity).next()
  const sigmas = new Float64Array(images)
  let filled = 0
  let quota = 0
  for (let s = 0; s < mix.length; s++) {
    quota = s === mix.length - 1 ? images : quota + images * mix[s].share
    const nearest = Math.round(quota)
    const end = Math.abs(quota - nearest) < TOLERANCE ? nearest : Math.floor(quota + offset)
    while (filled < Math.min(end, images)) sigmas[filled++] = mix[s].sigma
  }
  return sigmas
}
