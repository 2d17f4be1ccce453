import { expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import { averageSimilarity, setAverageSimilarity } from '../../src/generate/average-similarity.js'
import { randomVectors } from './generation-inputs.js'

/** The mean over all pairs, pair by pair. */
function byPairs({ rows, columns, data }: Matrix<Float32Array>): number {
  const row = (i: number) => data.subarray(i * columns, (i + 1) * columns)
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0)
  let sum = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++)
      sum += dot(row(i), row(j)) / Math.sqrt(dot(row(i), row(i)) * dot(row(j), row(j)))
  }
  return sum / ((rows * (rows - 1)) / 2)
}

function vectors(rows = 200, columns = 64, shift = 0.1): Matrix<Float32Array> {
  return { rows, columns, data: randomVectors(rows, columns).map((value) => value + shift) }
}

test('the closed form is the mean over all pairs, to 1e-7', () => {
  expect(Math.abs(averageSimilarity(vectors()) - byPairs(vectors()))).toBeLessThan(1e-7)
})

test.each([-0.004, 0, 0.05, 0.1, 0.2, 0.4, 0.7, 0.95])(
  'an average of %f is reached, far within 0.005',
  (target) => {
    const set = vectors()
    const reached = setAverageSimilarity(set, target, '--average-similarity')
    expect(Math.abs(byPairs(set) - target)).toBeLessThan(1e-5)
    expect(Math.abs(reached - byPairs(set))).toBeLessThan(1e-6)
  },
)

test('each vector keeps its norm, to float32', () => {
  const set = vectors(50)
  const before = set.data.slice()
  setAverageSimilarity(set, 0.5, '')
  for (let i = 0; i < 50; i++) {
    const norm = (data: Float32Array) => Math.hypot(...data.subarray(i * 64, (i + 1) * 64))
    expect(norm(set.data) / norm(before)).toBeCloseTo(1, 6)
  }
})

test('what no shift can reach ends in a message with what can be', () => {
  expect(() => setAverageSimilarity(vectors(), -0.5, '--average-similarity')).toThrow(
    /^--average-similarity: an average similarity of -0.5 can't be reached: these vectors allow -0.00\d+ up to 1; ask/,
  )
  expect(() => setAverageSimilarity(vectors(), 1, '')).toThrow("can't be reached")
  expect(() => setAverageSimilarity(vectors(1), 0.1, '')).toThrow('needs 2 or more vectors')
})
