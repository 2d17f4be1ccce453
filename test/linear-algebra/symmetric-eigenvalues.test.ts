import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import { symmetricEigenvalues } from '../../src/linear-algebra/symmetric-eigenvalues.js'
import { tridiagonalEigenvalues } from '../../src/linear-algebra/tridiagonal.js'
import { RandomStream } from '../../src/random/philox.js'

function symmetric(n: number, element: (i: number, j: number) => number): Matrix<Float64Array> {
  const data = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) data[i * n + j] = data[j * n + i] = element(i, j)
  return { rows: n, columns: n, data }
}

/** H D H for a random reflection H: a full matrix whose eigenvalues are D. */
function withEigenvalues(values: readonly number[], seed: number): Matrix<Float64Array> {
  const n = values.length
  const v = new Float64Array(n)
  new RandomStream(seed, 'reflection').fillNormal(v)
  const square = v.reduce((sum, x) => sum + x * x, 0)
  const h = (i: number, j: number) => (i === j ? 1 : 0) - (2 * v[i] * v[j]) / square
  return symmetric(n, (i, j) => values.reduce((sum, value, k) => sum + h(i, k) * value * h(j, k), 0))
}

describe('eigenvalues of a symmetric matrix', () => {
  // Sizes below, at and above the width of the band in between, and one that its panels don't divide.
  test.for([1, 2, 3, 31, 32, 33, 34, 65, 100, 200])(
    'of the second difference of %i points are 2 - 2 cos',
    async (n) => {
      const matrix = symmetric(n, (i, j) => (i === j ? 2 : i - j === 1 ? -1 : 0))
      const values = await symmetricEigenvalues(matrix)
      values.forEach((value, k) => {
        expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13)
      })
    },
  )

  test('are found again in a full matrix made from them, within 1e-13 of the largest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 90 }),
        fc.nat(1000),
        async (wanted, seed) => {
          const sorted = wanted.toSorted((a, b) => a - b)
          const found = await symmetricEigenvalues(withEigenvalues(wanted, seed))
          const largest = Math.max(...wanted.map(Math.abs))
          expect(Math.max(...sorted.map((value, i) => Math.abs(value - found[i])))).toBeLessThanOrEqual(
            1e-13 * largest,
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  // Its numbers fall from top to bottom, where a QL iteration alone does not converge; then its mirror image, and both.
  test.for([
    ['falling', (i: number) => 0.5 ** i],
    ['rising', (i: number) => 0.5 ** (399 - i)],
    ['falling and rising', (i: number) => 0.5 ** (200 - Math.abs(i - 200))],
    ['rising and falling', (i: number) => 0.5 ** Math.abs(i - 200)],
    ['noise below', (i: number) => (i < 60 ? 1 + Math.sin(i) / 2 : 1e-17 * (1 + Math.sin(i) / 2))],
  ] as const)('of a tridiagonal of %s numbers: their sum and that of their squares', ([, size]) => {
    const n = 400
    const diagonal = Float64Array.from({ length: n }, (_, i) => size(i))
    const offDiagonal = diagonal.map((value, i) => (i + 1 < n ? 0.9 * Math.sqrt(value * diagonal[i + 1]) : 0))
    const values = tridiagonalEigenvalues({ diagonal, offDiagonal })
    const sum = (of: Float64Array, power: number) => of.reduce((total, value) => total + value ** power, 0)
    expect(sum(values, 1) / sum(diagonal, 1)).toBeCloseTo(1, 13)
    expect(sum(values, 2) / (sum(diagonal, 2) + 2 * sum(offDiagonal, 2))).toBeCloseTo(1, 13)
  })

  test('of zero are zero', async () => {
    expect([...(await symmetricEigenvalues(symmetric(70, () => 0)))]).toEqual(new Array(70).fill(0))
  })

  test('leave the matrix as it was', async () => {
    const matrix = withEigenvalues([1, 2, 3, 4], 5)
    const before = matrix.data.slice()
    await symmetricEigenvalues(matrix)
    expect(matrix.data).toEqual(before)
  })
})
