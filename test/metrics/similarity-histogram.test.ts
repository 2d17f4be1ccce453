import { expect, test } from 'vitest'
import {
  fullPairHistogram,
  pairHistogram,
  similarityHistogram,
} from '../../src/metrics/similarity-histogram.js'
import { similarityMoments } from '../../src/metrics/similarity-moments.js'
import { cosine, featureRows, openFloatKernel, openIntegerKernel } from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'

const data = new Float32Array(300 * 32)
new RandomStream(1, 'histogram test').fillNormal(data)
const features = featureRows({ rows: 300, columns: 32, data }, 'test')

test('bins are 0.01 wide, the upper edge belongs to the next bin and 1 to the last', () => {
  const { edges, counts } = similarityHistogram(Float64Array.of(-1, 0, 0.004, 0.013, 1))
  expect(edges.slice(99, 103)).toEqual([-0.01, 0, 0.01, 0.02])
  expect([counts[0], counts[100], counts[101], counts[199]]).toEqual([1, 2, 1, 1])
  expect(counts.reduce((a, b) => a + b)).toBe(5)
})

test('all pairs are counted while they are few, and their mean is that of the closed form', async () => {
  const { counts, edges, pairs, complete } = pairHistogram(features, 0)
  expect(complete).toBe(true)
  expect(pairs).toBe((300 * 299) / 2)
  expect(counts.reduce((a, b) => a + b)).toBe(pairs)
  const binned = counts.reduce((sum, count, bin) => sum + count * (edges[bin] + 0.005), 0) / pairs
  expect(binned).toBeCloseTo((await similarityMoments(features)).mean, 3)
})

test('beyond the limit pairs are drawn, the same ones for a seed, and of the same shape', () => {
  const all = pairHistogram(features, 0)
  const some = pairHistogram(features, 7, 40_000)
  expect(some).toMatchObject({ pairs: 40_000, complete: false })
  expect(pairHistogram(features, 7, 40_000)).toEqual(some)
  for (const [bin, count] of some.counts.entries())
    expect(Math.abs(count / 40_000 - all.counts[bin] / all.pairs)).toBeLessThan(5 / Math.sqrt(40_000))
})

test.each([
  ['integer', openIntegerKernel, 0.05],
  ['float', openFloatKernel, 1e-4],
] as const)(
  'over all pairs, %s products: as near to the exact one as it says',
  async (_, open, tolerance) => {
    const rows = 2100
    const numbers = new Float32Array(rows * 24)
    new RandomStream(3, 'all pairs').fillNormal(numbers)
    const many = featureRows({ rows, columns: 24, data: numbers }, 'test')
    const { edges, counts, pairs, complete, error } = await fullPairHistogram(many, await open())
    expect(complete).toBe(true)
    expect(pairs).toBe((rows * (rows - 1)) / 2)
    expect(counts.reduce((a, b) => a + b)).toBe(pairs)
    expect(error).toBeLessThan(tolerance)
    const exact = new Float64Array(pairs)
    let at = 0
    for (let i = 0; i < rows; i++) for (let j = i + 1; j < rows; j++) exact[at++] = cosine(many, i, many, j)
    exact.sort()
    const below = (similarity: number): number => {
      let [low, high] = [0, pairs]
      while (low < high) {
        const middle = (low + high) >> 1
        if (exact[middle] < similarity) low = middle + 1
        else high = middle
      }
      return low
    }
    let counted = 0
    for (const [bin, count] of counts.entries()) {
      counted += count
      // The edge of a bin is rounded in float32 on the way.
      expect(counted).toBeGreaterThanOrEqual(below(edges[bin + 1] - error - 1e-6))
      expect(counted).toBeLessThanOrEqual(below(edges[bin + 1] + error + 1e-6))
    }
  },
)
