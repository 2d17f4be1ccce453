import { cosine, type FeatureRows } from '../products/index.js'
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
    return { ...histogram, pairs: all, complete: true }
  }
  const random = new RandomStream(seed, 'pairs of identities')
  for (let pair = 0; pair < limit; pair++) {
    const i = random.nextInt(rows)
    const j = (i + 1 + random.nextInt(rows - 1)) % rows
    histogram.counts[binOf(cosine(features, i, features, j))]++
  }
  return { ...histogram, pairs: limit, complete: false }
}
