import { RandomStream } from '../random/philox.js'

/** How many tokens the generator hides from itself; the paper's numbers are {@link PAPER_MASKING}. */
export interface Masking {
  /** tokens of the network, the feature token (0, never hidden) included */
  readonly tokens: number
  /** how many of tokens 1.. are dropped before the encoder */
  readonly dropped: number
  /** the share masked: normal(mean, deviation) truncated to low..high */
  readonly mean: number
  readonly deviation: number
  readonly low: number
  readonly high: number
}

/** 50 tokens, 10 % of 49 dropped, a share from normal(0.15, 0.25) truncated to 0.1..1 masked. */
export const PAPER_MASKING: Masking = {
  tokens: 50,
  dropped: 5,
  mean: 0.15,
  deviation: 0.25,
  low: 0.1,
  high: 1,
}

/**
 * Draws which tokens of one image are dropped and which are masked: 1 where so. As in the authors' code the
 * dropped ones are among the masked, and the number masked is `ceil((tokens - 1) * share)`. The authors draw one
 * share for a whole batch; here each image has its own, so that it does not depend on the batch.
 *
 * @param dropped,masked where the result goes, `tokens` long
 */
export function drawMasks(
  masking: Masking,
  seed: number,
  identity: number,
  image: number,
  dropped: Uint8Array,
  masked: Uint8Array,
): void {
  drawMasksFrom(new RandomStream(seed, 'masks', identity, image), masking, dropped, masked)
}

/** As {@link drawMasks}, from any stream of random numbers: the steps of AttrOP draw masks of their own. */
export function drawMasksFrom(
  stream: RandomStream,
  masking: Masking,
  dropped: Uint8Array,
  masked: Uint8Array,
): void {
  const share = truncatedNormal(stream, masking)
  const maskable = masking.tokens - 1
  const maskedCount = Math.max(masking.dropped, Math.ceil(maskable * share))
  const order = stream.permutation(maskable)
  dropped.fill(0)
  masked.fill(0)
  for (let i = 0; i < masking.dropped; i++) dropped[order[i] + 1] = 1
  for (let i = 0; i < maskedCount; i++) masked[order[i] + 1] = 1
}

/** By rejection: the paper's range holds 58 % of the normal. */
function truncatedNormal(stream: RandomStream, { mean, deviation, low, high }: Masking): number {
  for (;;) {
    const value = mean + deviation * stream.nextNormal()
    if (value >= low && value <= high) return value
  }
}
