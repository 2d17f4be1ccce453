import { expect, test } from 'vitest'
import { symmetricEigen } from '../../src/linear-algebra/symmetric-eigen.js'
import { RandomStream } from '../../src/random/philox.js'

function randomSymmetric(n: number): Float64Array {
  const stream = new RandomStream(n, 'symmetric')
  const data = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) data[i * n + j] = data[j * n + i] = stream.nextNormal()
  return data
}

test.each([1, 2, 3, 20, 120])('A v = lambda v, and the vectors are orthonormal, for n = %i', (n) => {
  const a = randomSymmetric(n)
  const { values, vectors } = symmetricEigen({ rows: n, columns: n, data: a })
  const tolerance = 1e-13 * n
  for (let r = 0; r < n; r++) {
    const v = vectors.data.subarray(r * n, (r + 1) * n)
    if (r > 0) expect(values[r]).toBeLessThanOrEqual(values[r - 1])
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let j = 0; j < n; j++) sum += a[i * n + j] * v[j]
      expect(Math.abs(sum - values[r] * v[i])).toBeLessThan(tolerance)
    }
    for (let s = 0; s <= r; s++) {
      let dot = 0
      for (let j = 0; j < n; j++) dot += v[j] * vectors.data[s * n + j]
      expect(Math.abs(dot - (r === s ? 1 : 0))).toBeLessThan(tolerance)
    }
  }
})

test('vectors of a covariance of few rows, whose numbers fall from the first to the last', () => {
  const n = 120
  const rows = Array.from({ length: 15 }, (_, row) => {
    const values = new Float64Array(n)
    new RandomStream(row, 'few').fillNormal(values)
    return values.map((value, i) => value * 0.7 ** i)
  })
  const a = new Float64Array(n * n)
  for (const row of rows) for (let i = 0; i < n * n; i++) a[i] += row[Math.floor(i / n)] * row[i % n]
  const { values, vectors } = symmetricEigen({ rows: n, columns: n, data: a })
  const again = new Float64Array(n * n)
  for (let r = 0; r < n; r++) {
    const v = vectors.data.subarray(r * n, (r + 1) * n)
    for (let i = 0; i < n * n; i++) again[i] += values[r] * v[Math.floor(i / n)] * v[i % n]
  }
  const error = again.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i])), 0)
  expect(error).toBeLessThan(1e-14 * values[0] * n)
})

test('eigenvalues that occur more than once, and the matrix of zeros', () => {
  const identity = new Float64Array([2, 0, 0, 0, 2, 0, 0, 0, 5])
  expect(Array.from(symmetricEigen({ rows: 3, columns: 3, data: identity }).values)).toEqual([5, 2, 2])
  expect(Array.from(symmetricEigen({ rows: 2, columns: 2, data: new Float64Array(4) }).values)).toEqual([
    0, 0,
  ])
})
