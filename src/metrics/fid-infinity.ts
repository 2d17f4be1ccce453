import { type Matrix, selectedRows } from '../arrays/matrix.js'
import { InputError } from '../errors.js'
import { type FeatureStatistics, StreamingMoments } from '../linear-algebra/streaming-moments.js'
import { RandomStream } from '../random/philox.js'
import { frechetDistance, type MetricWarning } from './frechet.js'

export interface FidInfinityOptions {
  readonly seed: number
  /** distances that the line is fitted to; 15 as the authors */
  readonly points?: number
  /** images of the smallest subset; 5,000 as the authors, or a third of the images where that is fewer */
  readonly smallest?: number
}

export interface FidInfinity {
  /** the line's value at 1/N = 0 */
  readonly distance: number
  /** the line's slope: the distance of N images is about `distance + slope / N` */
  readonly slope: number
  /** standard deviation of the points about the line */
  readonly residual: number
  /** the points: numbers of images and the distances at them */
  readonly images: readonly number[]
  readonly distances: readonly number[]
  readonly warnings: readonly MetricWarning[]
}

/** A straight line through points by least squares. */
export function fitLine(
  x: readonly number[],
  y: readonly number[],
): { intercept: number; slope: number; residual: number } {
  const n = x.length
  const meanX = x.reduce((sum, value) => sum + value, 0) / n
  const meanY = y.reduce((sum, value) => sum + value, 0) / n
  let xx = 0
  let xy = 0
  for (let i = 0; i < n; i++) {
    xx += (x[i] - meanX) ** 2
    xy += (x[i] - meanX) * (y[i] - meanY)
  }
  const slope = xy / xx
  const intercept = meanY - slope * meanX
  const squares = x.reduce((sum, value, i) => sum + (y[i] - intercept - slope * value) ** 2, 0)
  return { intercept, slope, residual: Math.sqrt(squares / Math.max(1, n - 2)) }
}

/** The numbers of images at which the distance is taken: equally spaced, as NumPy's linspace cut to whole numbers. */
export function subsetSizes(smallest: number, largest: number, points: number): number[] {
  return Array.from({ length: points }, (_, i) =>
    Math.trunc(i === points - 1 ? largest : smallest + i * ((largest - smallest) / (points - 1))),
  )
}

function extrapolationWarnings(where: string, smallest: number, dimensions: number): MetricWarning[] {
  if (smallest > dimensions) return []
  const message = `${where}: the line begins at ${smallest} images for ${dimensions} dimensions, where the distance is not yet linear in 1/N; the extrapolated value is uncertain by more than its residual`
  return [{ code: 'extrapolated-from-few-images', message }]
}

/**
 * The Frechet distance extrapolated to infinitely many images (Chong and Forsyth, "Effectively unbiased FID", CVPR
 * 2020): it falls nearly linearly with 1/N, so distances of random subsets of the measured set are fitted by a line.
 * The reference set's statistics stay those of all its images. Time: `points` distances.
 *
 * @throws InputError where there are too few images for a line
 */
export async function fidInfinity(
  measured: Matrix,
  reference: FeatureStatistics,
  where: string,
  options: FidInfinityOptions,
): Promise<FidInfinity> {
  const points = options.points ?? 15
  const smallest = options.smallest ?? Math.min(5000, Math.floor(measured.rows / 3))
  if (points < 3 || smallest < 2 || measured.rows - smallest < points) {
    throw new InputError(
      `${measured.rows} images are too few for ${points} subsets of ${smallest} or more`,
      where,
      'give more images, or fewer points from a smaller first subset',
    )
  }
  const images = subsetSizes(smallest, measured.rows, points)
  const distances: number[] = []
  for (const [index, count] of images.entries()) {
    const order = new RandomStream(options.seed, 'fid-infinity', index).permutation(measured.rows)
    const moments = new StreamingMoments(measured.columns)
    for (let from = 0; from < count; from += 4096) {
      await moments.add(selectedRows(measured, order.subarray(from, Math.min(count, from + 4096))), where)
    }
    distances.push((await frechetDistance(await moments.statistics(where), reference)).distance)
  }
  const line = fitLine(
    images.map((count) => 1 / count),
    distances,
  )
  return {
    distance: line.intercept,
    slope: line.slope,
    residual: line.residual,
    images,
    distances,
    warnings: extrapolationWarnings(where, smallest, measured.columns),
  }
}
