import type { Doubt } from '../doubt.js'

/** Features of different people are nearly orthogonal; above this mean cosine similarity a network tells nobody apart. */
const ALIKE = 0.9
const FEWEST = 10

/**
 * The mean cosine similarity of all pairs of different rows, from the length of the sum of unit rows: linear in the number
 * of rows. NaN where a row is zero.
 */
export function meanSimilarity(rows: Float32Array, columns: number): number {
  const count = rows.length / columns
  const sum = new Float64Array(columns)
  for (let start = 0; start < rows.length; start += columns) {
    let square = 0
    for (let i = 0; i < columns; i++) square += rows[start + i] ** 2
    const length = Math.sqrt(square)
    for (let i = 0; i < columns; i++) sum[i] += rows[start + i] / length
  }
  const square = sum.reduce((total, value) => total + value * value, 0)
  return (square - count) / (count * (count - 1))
}

/** Whether all features are alike: a network that has collapsed, or is fed what it was not trained on. */
export function featureDoubts(
  model: string,
  source: string,
  features: { readonly plain: Float32Array; readonly size: number; readonly images: number },
): Doubt[] {
  return alikeDoubts(model, source, meanSimilarity(features.plain, features.size), features.images)
}

/** The same from the mean cosine similarity of so many features. */
export function alikeDoubts(model: string, source: string, similarity: number, count: number): Doubt[] {
  if (count < FEWEST || !(similarity > ALIKE)) return []
  return [
    {
      kind: 'features',
      about: model,
      text: `${model} on ${source}: all features are alike (mean cosine similarity of two of them ${similarity.toFixed(3)}; a recogniser's is near 0). The network has collapsed, or its images go in otherwise than in its training: check mean, std, scale and the order of channels.`,
    },
  ]
}
