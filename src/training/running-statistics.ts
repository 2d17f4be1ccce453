import type { Parameters } from './parameters.js'
import type { NormStatistics } from './training-form.js'

/**
 * Running statistics move towards those of the batch; the variance as that of a sample, as in PyTorch.
 * @param of the numbers of a value that the statistics name
 * @param share of the batch's that they take over
 */
export function takeStatistics(
  parameters: Parameters,
  statistics: readonly NormStatistics[],
  of: (name: string) => Float32Array,
  share: number,
): void {
  for (const { runningMean, runningVariance, mean, variance, count } of statistics) {
    const [means, variances] = [parameters.other(runningMean), parameters.other(runningVariance)]
    const [newMeans, newVariances] = [of(mean), of(variance)]
    const unbiased = count / Math.max(1, count - 1)
    for (let i = 0; i < means.length; i++) {
      means[i] += share * (newMeans[i] - means[i])
      variances[i] += share * (unbiased * newVariances[i] - variances[i])
    }
  }
}
