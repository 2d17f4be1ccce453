import type { Matrix } from '../datasets/npy.js'
import { InputError } from '../errors.js'

/**
 * The identity features of labelled images: the mean of each identity's features as they are, summed in
 * float64. Memory 8 bytes a number of the result.
 *
 * @throws InputError where an identity has no image
 */
export async function identityMeans(
  chunks: AsyncIterable<{ readonly features: Matrix; readonly labels: ArrayLike<number> }>,
  identities: number,
  columns: number,
  where: string,
): Promise<Matrix> {
  const sums = new Float64Array(identities * columns)
  const counts = new Uint32Array(identities)
  for await (const { features, labels } of chunks) {
    for (let i = 0; i < features.rows; i++) {
      const to = labels[i] * columns
      counts[labels[i]]++
      for (let k = 0; k < columns; k++) sums[to + k] += features.data[i * columns + k]
    }
  }
  const missing = counts.indexOf(0)
  if (missing !== -1) {
    throw new InputError(
      `identity ${missing} has no image`,
      where,
      'number the identities from 0 without gaps',
    )
  }
  const data = Float32Array.from(sums, (sum, at) => sum / counts[Math.floor(at / columns)])
  return { rows: identities, columns, data }
}
