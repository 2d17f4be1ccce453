import type { Matrix } from '../arrays/matrix.js'
import { type FeatureStatistics, featureStatistics } from '../linear-algebra/streaming-moments.js'
import type { FeatureSet } from './feature-set.js'

/** The same set, read once: where its features were asked for first, mean and covariance are taken of them. */
export function readOnce(set: FeatureSet): FeatureSet {
  let features: Promise<Matrix> | undefined
  let statistics: Promise<FeatureStatistics> | undefined
  return {
    ...set,
    features() {
      features ??= set.features()
      return features
    },
    statistics() {
      statistics ??= features?.then((held) => featureStatistics(held, set.name)) ?? set.statistics()
      return statistics
    },
  }
}
