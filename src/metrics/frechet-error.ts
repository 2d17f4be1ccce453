import type { FeatureStatistics } from '../linear-algebra/streaming-moments.js'
import { type FrechetDistance, frechetDistance, type SetNames } from './frechet.js'
import { mergeStatistics } from './merge-statistics.js'

/**
 * The Frechet distance of two sets whose statistics are known in groups of images, and its sampling error's standard
 * deviation by the jackknife: the distance is taken again without each group in turn,
 * SE^2 = (g - 1) / g * sum (d_i - mean)^2 over the g groups of a set, summed over both sets (Efron and Stein, Annals of
 * Statistics 9, 1981, 586-596). Groups should be of like size, and hold identities whole: images of one person are alike.
 * It costs as many distances as there are groups. The bias of few images is no part of the error.
 */
export async function frechetWithError(
  first: readonly FeatureStatistics[],
  second: readonly FeatureStatistics[],
  names?: SetNames,
): Promise<{ readonly whole: FrechetDistance; readonly standardError: number }> {
  const [a, b] = [mergeStatistics(first), mergeStatistics(second)]
  const whole = await frechetDistance(a, b, names)
  const withoutOneOf = async (
    groups: readonly FeatureStatistics[],
    other: FeatureStatistics,
  ): Promise<number> => {
    const distances: number[] = []
    for (const left of groups) {
      const rest = mergeStatistics(groups.filter((group) => group !== left))
      distances.push((await frechetDistance(rest, other)).distance)
    }
    const mean = distances.reduce((sum, value) => sum + value, 0) / groups.length
    const squares = distances.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return ((groups.length - 1) / groups.length) * squares
  }
  return { whole, standardError: Math.sqrt((await withoutOneOf(first, b)) + (await withoutOneOf(second, a))) }
}
