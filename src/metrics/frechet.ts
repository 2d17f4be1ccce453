import { trace } from '../linear-algebra/elementary.js'
import type { FeatureStatistics } from '../linear-algebra/streaming-moments.js'
import { traceSqrtProduct } from '../linear-algebra/trace-sqrt-product.js'
import { requireSameWidth } from './same-width.js'

/** Something about a value that its reader must know. */
export interface MetricWarning {
  readonly code:
    | 'fewer-images-than-dimensions'
    | 'few-images'
    | 'unknown-number-of-images'
    | 'extrapolated-from-few-images'
  readonly message: string
}

export interface FrechetDistance {
  /** |mu_a - mu_b|^2 + tr(sigma_a + sigma_b - 2 (sigma_a sigma_b)^(1/2)), at least 0 */
  readonly distance: number
  /** the first term: how far the means are apart */
  readonly meanTerm: number
  /** the second term: how much the covariances differ */
  readonly covarianceTerm: number
  readonly dimensions: number
  /** images of the two sets, undefined where a file doesn't say */
  readonly images: readonly [number | undefined, number | undefined]
  readonly warnings: readonly MetricWarning[]
}

/** Below this number of images a Frechet distance is mostly bias (the authors of FID ask for 10,000 at least). */
const ENOUGH_IMAGES = 10_000

/** What the numbers of images do to a distance over features of so many dimensions. */
export function imageCountWarnings(
  names: readonly string[],
  images: readonly (number | undefined)[],
  dimensions: number,
): MetricWarning[] {
  const warnings: MetricWarning[] = []
  images.forEach((count, i) => {
    if (count === undefined) {
      warnings.push({
        code: 'unknown-number-of-images',
        message: `${names[i]} does not say of how many images it is; the distance is biased where they are few`,
      })
    } else if (count <= dimensions) {
      warnings.push({
        code: 'fewer-images-than-dimensions',
        message: `${names[i]}: ${count} images for ${dimensions} dimensions: its covariance is singular (rank ${count - 1} at most). The distance is exact for these images, and far too high as an estimate for more of them; compare it with distances at ${count} images only`,
      })
    } else if (count < ENOUGH_IMAGES) {
      warnings.push({
        code: 'few-images',
        message: `${names[i]}: ${count} images; below ${ENOUGH_IMAGES} the distance is biased upwards: compare it at equal numbers of images only, or use the extrapolated one`,
      })
    }
  })
  return warnings
}

/** What the two sets are called in messages. */
export type SetNames = readonly [string, string]

/**
 * The Frechet distance between normal distributions fitted to two sets of features; over the pool3 features of
 * pytorch-fid's Inception it is the FID (Heusel et al., 2017; `calculate_frechet_distance` of pytorch-fid). The trace
 * of the matrix square root comes from the eigenvalues of a symmetric matrix, so singular covariances need no offset
 * and give no imaginary part. A result below 0 is rounding and becomes 0. Time: some 8 n^3 operations.
 *
 * @throws InputError where the widths differ
 */
export async function frechetDistance(
  a: FeatureStatistics,
  b: FeatureStatistics,
  names: SetNames = ['first set', 'second set'],
): Promise<FrechetDistance> {
  requireSameWidth(a.mean.length, b.mean.length, names[0], names[1])
  let meanTerm = 0
  for (let k = 0; k < a.mean.length; k++) meanTerm += (a.mean[k] - b.mean[k]) ** 2
  // Of one covariance with itself it is the trace; a set is at 0 from itself without rounding.
  const root = sameNumbers(a.covariance.data, b.covariance.data)
    ? trace(a.covariance)
    : await traceSqrtProduct(a.covariance, b.covariance)
  const covarianceTerm = trace(a.covariance) + trace(b.covariance) - 2 * root
  return {
    distance: Math.max(0, meanTerm + covarianceTerm),
    meanTerm,
    covarianceTerm,
    dimensions: a.mean.length,
    images: [a.images, b.images],
    warnings: imageCountWarnings(names, [a.images, b.images], a.mean.length),
  }
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}
