import { BLOCK_ROWS, cosine, type FeatureRows, RowIndex, type TileKernel } from '../products/index.js'
import { lossBounds } from '../products/tile-scale.js'
import { RandomStream } from '../random/philox.js'

/** Counts of cosine similarities in bins of equal width from -1 to 1; the last bin includes 1. */
export interface SimilarityHistogram {
  /** lower edges of the bins, and 1 at the end */
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

const BINS = 200

function emptyHistogram(): { edges: number[]; counts: number[] } {
  return {
    edges: Array.from({ length: BINS + 1 }, (_, bin) => (2 * bin - BINS) / BINS),
    counts: new Array<number>(BINS).fill(0),
  }
}

function binOf(similarity: number): number {
  return Math.max(0, Math.min(BINS - 1, Math.floor(((similarity + 1) / 2) * BINS)))
}

/** The histogram of similarities, -1 .. 1, in bins 0.01 wide. */
export function similarityHistogram(similarities: Float64Array): SimilarityHistogram {
  const histogram = emptyHistogram()
  for (const similarity of similarities) histogram.counts[binOf(similarity)]++
  return histogram
}

/** The histogram over pairs of different rows. */
export interface PairHistogram extends SimilarityHistogram {
  /** pairs counted */
  readonly pairs: number
  /** whether those are all pairs; otherwise they were drawn at random, each as likely as another */
  readonly complete: boolean
  /** how far a counted similarity may be from the exact one, at most; 0 where they are exact */
  readonly error: number
}

/**
 * The histogram of the cosine over pairs of different rows: over all pairs while there are at most `limit`,
 * beyond that over `limit` pairs drawn with replacement. Each bin's share is then within about
 * 1 / sqrt(limit) of the one over all pairs. Time as limit x columns.
 */
export function pairHistogram(features: FeatureRows, seed: number, limit = 1_000_000): PairHistogram {
  const { rows } = features.matrix
  const all = (rows * (rows - 1)) / 2
  const histogram = emptyHistogram()
  if (all <= limit) {
    for (let i = 0; i < rows; i++)
      for (let j = i + 1; j < rows; j++) histogram.counts[binOf(cosine(features, i, features, j))]++
    return { ...histogram, pairs: all, complete: true, error: 0 }
  }
  const random = new RandomStream(seed, 'pairs of identities')
  for (let pair = 0; pair < limit; pair++) {
    const i = random.nextInt(rows)
    const j = (i + 1 + random.nextInt(rows - 1)) % rows
    histogram.counts[binOf(cosine(features, i, features, j))]++
  }
  return { ...histogram, pairs: limit, complete: false, error: 0 }
}

/** The product that a byte of the full histogram stands for: -1 .. 1 is 28 .. 228. */
const STEP = 0.01
const ZERO = 128

/**
 * The histogram of the cosine over all pairs of different rows, in bins 0.01 wide around the multiples of 0.01. The
 * products are the kernel's: a pair near the edge of a bin may be counted in the one beside it. `error` is the proven
 * bound (about 0.02 with integers, 1e-4 with floats); mostly they are 0.001 off, or less.
 *
 * Time as rows^2 x columns / 2 (at 300K identities about twice that of separability itself); memory one or four bytes a
 * number beside the features, and one tile.
 */
export async function fullPairHistogram(
  features: FeatureRows,
  kernel: TileKernel,
  onPairs?: (done: number) => void,
): Promise<PairHistogram> {
  const index = new RowIndex(kernel)
  index.append(features)
  const bytes = new Uint8Array(BLOCK_ROWS * BLOCK_ROWS)
  const counts = new Float64Array(256)
  let pairs = 0
  let error = 0
  for (const [b, { left }] of index.blocks.entries()) {
    for (const { right } of index.blocks.slice(b)) {
      await kernel.multiply(left, right, STEP, ZERO, bytes)
      const same = right === index.blocks[b].right
      for (let i = 0; i < left.rows; i++) {
        const first = same ? i + 1 : 0
        countBytes(bytes, i * right.paddedRows + first, i * right.paddedRows + right.rows, counts)
        pairs += right.rows - first
      }
      error = Math.max(error, largest(lossBounds(left, right).rows))
      onPairs?.(pairs)
    }
  }
  // What lies beyond -1 .. 1 only does so by rounding.
  for (const byte of counts.keys()) {
    const within = Math.max(ZERO - BINS / 2, Math.min(ZERO + BINS / 2, byte))
    if (within === byte) continue
    counts[within] += counts[byte]
    counts[byte] = 0
  }
  const from = ZERO - BINS / 2
  return {
    edges: Array.from({ length: BINS + 2 }, (_, bin) => (bin - BINS / 2 - 0.5) * STEP),
    counts: [...counts.subarray(from, from + BINS + 1)],
    pairs,
    complete: true,
    error,
  }
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0)

function countBytes(bytes: Uint8Array, from: number, to: number, counts: Float64Array): void {
  for (let at = from; at < to; at++) counts[bytes[at]]++
}
