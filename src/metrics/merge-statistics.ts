import type { FeatureStatistics } from '../linear-algebra/streaming-moments.js'

/**
 * Mean and covariance of the images of all parts, from those of each: the scatter within the parts and that of their
 * means. @throws RangeError where a part doesn't say of how many images it is, or there is none
 */
export function mergeStatistics(parts: readonly FeatureStatistics[]): FeatureStatistics {
  if (parts.length === 0) throw new RangeError('no parts')
  const counts = parts.map(({ images }) => {
    if (images === undefined) throw new RangeError('a part of unknown size')
    return images
  })
  const total = counts.reduce((sum, count) => sum + count, 0)
  const size = parts[0].mean.length
  const mean = new Float64Array(size)
  parts.forEach((part, p) => {
    for (let i = 0; i < size; i++) mean[i] += (part.mean[i] * counts[p]) / total
  })
  const data = new Float64Array(size * size)
  parts.forEach((part, p) => {
    const within = (counts[p] - 1) / (total - 1)
    const between = counts[p] / (total - 1)
    for (let i = 0; i < size; i++) {
      const shift = between * (part.mean[i] - mean[i])
      for (let j = 0; j <= i; j++) {
        data[i * size + j] += within * part.covariance.data[i * size + j] + shift * (part.mean[j] - mean[j])
      }
    }
  })
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) data[j * size + i] = data[i * size + j]
  return { images: total, mean, covariance: { rows: size, columns: size, data } }
}
