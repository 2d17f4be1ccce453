import {
  cosine,
  type FeatureRows,
  fastestKernel,
  likelyNearest,
  type ProductKernel,
  RowIndex,
  searchOwnPairs,
} from '../products/index.js'
import {
  requireSeveral,
  type SeparabilityOptions,
  type ThresholdCounts,
  uniqueCounts,
} from './separability-counts.js'
import { similarityMoments } from './similarity-moments.js'
import { ascendingThresholds, nextThreshold } from './thresholds.js'

/** How well identities can be told apart. Similarity is the cosine of two identity features. */
export interface Separability {
  readonly identities: number
  readonly counts: readonly ThresholdCounts[]
  /** highest similarity of each identity to another one */
  readonly highest: Float64Array
  /** the identity it is reached with; the first one where several are equal */
  readonly nearest: Int32Array
  /** mean and population standard deviation over all pairs of identities */
  readonly meanSimilarity: number
  readonly similarityDeviation: number
  /** which kernel took the products */
  readonly products: ProductKernel['name']
}

/** Highest similarities, found a pair at a time, and what is still worth knowing about each identity. */
class NearestIdentities {
  readonly highest: Float64Array
  readonly nearest: Int32Array
  /** highest similarity to an earlier identity, as far as a threshold depends on it */
  readonly earlier: Float64Array
  readonly needs: Float64Array

  constructor(
    identities: number,
    private readonly ascending: readonly number[],
  ) {
    this.highest = new Float64Array(identities).fill(Number.NEGATIVE_INFINITY)
    this.nearest = new Int32Array(identities).fill(-1)
    this.earlier = new Float64Array(identities).fill(Number.NEGATIVE_INFINITY)
    this.earlier[0] = Number.POSITIVE_INFINITY
    this.needs = new Float64Array(identities).fill(-1)
  }

  /** @param i comes before j */
  add(i: number, j: number, similarity: number): void {
    if (similarity > this.earlier[j]) this.earlier[j] = similarity
    this.#offer(i, j, similarity)
    this.#offer(j, i, similarity)
  }

  #offer(identity: number, other: number, similarity: number): void {
    const best = this.highest[identity]
    if (similarity > best || (similarity === best && other < this.nearest[identity])) {
      this.highest[identity] = similarity
      this.nearest[identity] = other
    }
    const open = nextThreshold(this.ascending, this.earlier[identity])
    this.needs[identity] = Math.min(this.highest[identity], open)
  }
}

/**
 * Identity separability (Vec2Face, section 4; `inter-separability-measurement.py` of its authors), exactly:
 * each count is decided on float64 cosines of the float32 features. Time as identities^2 x columns (see
 * {@link searchOwnPairs}); memory two bytes a number beside the features, and some 40 bytes an identity.
 *
 * @param features identity features, one a row, not necessarily normalised
 * @throws InputError with fewer than two identities
 */
export async function separability(
  features: FeatureRows,
  options: SeparabilityOptions = {},
): Promise<Separability> {
  const { thresholds = [0.4], uniqueStep = 1000 } = options
  const identities = requireSeveral(features, options.where)
  const ascending = ascendingThresholds(thresholds)
  const kernel = options.kernel ?? (await fastestKernel())
  const index = new RowIndex(kernel)
  index.append(features)
  const found = new NearestIdentities(identities, ascending)
  for (const block of index.blocks) {
    const likely = await likelyNearest(kernel, block.left, block, true)
    for (const [row, column] of likely.entries()) {
      if (column === -1) continue
      const i = block.start + Math.min(row, column)
      const j = block.start + Math.max(row, column)
      found.add(i, j, cosine(features, i, features, j))
    }
  }
  await searchOwnPairs(
    index,
    { rows: found.needs, columns: found.needs },
    (i, j, similarity) => found.add(i, j, similarity),
    options,
  )
  const { highest, nearest, earlier } = found
  const { mean, deviation } = await similarityMoments(features)
  return {
    identities,
    counts: thresholds.map((threshold) => ({
      threshold,
      separable: highest.reduce((count, similarity) => count + (similarity < threshold ? 1 : 0), 0),
      unique: uniqueCounts(earlier, threshold, uniqueStep),
    })),
    highest,
    nearest,
    meanSimilarity: mean,
    similarityDeviation: deviation,
    products: kernel.name,
  }
}
