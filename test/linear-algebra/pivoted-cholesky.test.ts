import { describe, expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import { pivotedCholesky } from '../../src/linear-algebra/pivoted-cholesky.js'
import { productOfRows } from '../../src/linear-algebra/products.js'
import { RandomStream } from '../../src/random/philox.js'

function normals(rows: number, columns: number): Matrix<Float64Array> {
  const data = new Float64Array(rows * columns)
  new RandomStream(7, 'normals', rows, columns).fillNormal(data)
  return { rows, columns, data }
}

describe('pivoted Cholesky factors', () => {
  // [size, rank]: below, at and above the block of 64 columns.
  test.for([
    [1, 1],
    [5, 5],
    [64, 64],
    [65, 65],
    [150, 150],
    [150, 64],
    [150, 70],
    [150, 3],
  ] as const)('of a %i x %i matrix have its rank and give it back', async ([size, rank]) => {
    const root = normals(size, rank)
    const matrix = await productOfRows(root, root)
    const found = await pivotedCholesky(matrix)
    expect(found.rank).toBe(rank)
    const again = await productOfRows(found.factor, found.factor)
    const largest = Math.max(...matrix.data)
    again.data.forEach((value, i) => {
      const [row, column] = [Math.floor(i / size), i % size].map((at) => found.order[at])
      const wanted = matrix.data[row * size + column]
      if (Math.abs(value - wanted) > 1e-12 * largest) expect(value).toBe(wanted)
    })
  })

  test('are empty for zero', async () => {
    const zero = { rows: 4, columns: 4, data: new Float64Array(16) }
    expect((await pivotedCholesky(zero)).rank).toBe(0)
  })
})
