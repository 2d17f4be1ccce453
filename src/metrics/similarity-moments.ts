import { productOfColumns } from '../linear-algebra/products.js'
import type { FeatureRows } from '../products/index.js'

const BLOCK_ROWS = 4096

/**
 * Mean and population standard deviation of the cosine over all pairs of different rows, without forming the
 * pairs. With unit rows u_i, s = sum u_i and G = sum u_i u_i^T:
 *
 *     sum over i != j of  u_i.u_j    = |s|^2 - n
 *     sum over i != j of (u_i.u_j)^2 = |G|^2 - n    (Frobenius norm)
 *
 * Time as rows x columns^2, in float64; memory one block of rows.
 */
export async function similarityMoments(features: FeatureRows): Promise<{ mean: number; deviation: number }> {
  const { rows, columns, data } = features.matrix
  const sum = new Float64Array(columns)
  const gram = new Float64Array(columns * columns)
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - start)
    const units = new Float64Array(count * columns)
    for (let i = 0; i < count; i++) {
      const scale = features.inverseNorms[start + i]
      const at = (start + i) * columns
      for (let k = 0; k < columns; k++) {
        const unit = data[at + k] * scale
        units[i * columns + k] = unit
        sum[k] += unit
      }
    }
    const block = { rows: count, columns, data: units }
    const { data: products } = await productOfColumns(block, block)
    for (let k = 0; k < gram.length; k++) gram[k] += products[k]
  }
  const pairs = rows * (rows - 1)
  const squared = (values: Float64Array): number => values.reduce((total, value) => total + value * value, 0)
  const mean = (squared(sum) - rows) / pairs
  const meanSquare = (squared(gram) - rows) / pairs
  return { mean, deviation: Math.sqrt(Math.max(0, meanSquare - mean * mean)) }
}
