import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import { type FeatureStatistics, featureStatistics } from '../../src/linear-algebra/streaming-moments.js'
import { frechetDistance } from '../../src/metrics/frechet.js'
import { features, hasSciPy, reference } from './reference.js'

function diagonal(variances: readonly number[]): Matrix<Float64Array> {
  const n = variances.length
  const data = new Float64Array(n * n)
  variances.forEach((value, i) => {
    data[i * n + i] = value
  })
  return { rows: n, columns: n, data }
}

function normal(mean: readonly number[], variances: readonly number[], images = 50_000): FeatureStatistics {
  return { images, mean: Float64Array.from(mean), covariance: diagonal(variances) }
}

async function distance(a: ReturnType<typeof features>, b: ReturnType<typeof features>): Promise<number> {
  return (await frechetDistance(await featureStatistics(a, 'a'), await featureStatistics(b, 'b'))).distance
}

describe('closed forms', () => {
  test('one dimension: (m1 - m2)^2 + (s1 - s2)^2', async () => {
    const { distance, meanTerm, covarianceTerm } = await frechetDistance(normal([1], [4]), normal([4], [25]))
    expect([distance, meanTerm, covarianceTerm]).toEqual([18, 9, 9])
  })

  test('covariances that commute: the sum over dimensions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(...Array.from({ length: 2 }, () => fc.double({ min: 0, max: 100, noNaN: true }))), {
          minLength: 1,
          maxLength: 80,
        }),
        async (pairs) => {
          const a = pairs.map(([value]) => value)
          const b = pairs.map(([, value]) => value)
          const zero = new Array(a.length).fill(0)
          const wanted = pairs.reduce((sum, [x, y]) => sum + (Math.sqrt(x) - Math.sqrt(y)) ** 2, 0)
          const { covarianceTerm } = await frechetDistance(normal(zero, a), normal(zero, b))
          // A variance 10^-16 times the largest is rounding here as in any method that takes covariances.
          expect(Math.abs(covarianceTerm - wanted)).toBeLessThan(1e-6 * (1 + Math.max(...a, ...b)))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('a set against itself is 0, and never below', async () => {
    const set = await featureStatistics(features(300, 96, 1), 'set')
    const { distance } = await frechetDistance(set, set)
    expect(distance).toBeGreaterThanOrEqual(0)
    expect(distance).toBeLessThan(1e-9)
  })

  test('the order of the two sets does not matter', async () => {
    const [a, b] = [features(150, 64, 1), features(400, 64, 2, 0.3)]
    const forth = await distance(a, b)
    expect(Math.abs(forth - (await distance(b, a))) / forth).toBeLessThan(1e-11)
  })

  test('a shift of one set adds to the first term only', async () => {
    const set = features(300, 48, 3)
    const moved = { ...set, data: Float64Array.from(set.data, (value) => value + 2) }
    const result = await frechetDistance(
      await featureStatistics(set, 'a'),
      await featureStatistics(moved, 'b'),
    )
    expect(result.meanTerm).toBeCloseTo(4 * 48, 10)
    expect(Math.abs(result.covarianceTerm)).toBeLessThan(1e-9)
  })
})

describe.skipIf(!hasSciPy)('SciPy (needs python3 with SciPy): relative difference at most 1e-9', () => {
  test.for([
    [900, 700, 24],
    [1500, 1200, 192],
    [2000, 2500, 513],
  ] as const)('%i and %i images of %i dimensions: its matrix square root', async ([m, n, columns]) => {
    const [a, b] = [features(m, columns, 1), features(n, columns, 2, 0.2)]
    const wanted = reference('frechet', a, b)
    expect(Math.abs((await distance(a, b)) - wanted) / wanted).toBeLessThan(1e-9)
  })

  test.for([
    [2, 2, 64],
    [40, 900, 192],
    [100, 90, 513],
    [300, 120, 200],
  ] as const)('%i and %i images of %i dimensions: its singular values', async ([m, n, columns]) => {
    const [a, b] = [features(m, columns, 3), features(n, columns, 4, 0.2)]
    const wanted = reference('frechetOfFew', a, b)
    expect(Math.abs((await distance(a, b)) - wanted) / wanted).toBeLessThan(1e-9)
  })

  test('whatever their order, and where their numbers are not known', async () => {
    const [many, few] = [features(500, 160, 7), features(40, 160, 8, 0.2)]
    const wanted = reference('frechetOfFew', many, few)
    const [a, b] = [await featureStatistics(many, 'a'), await featureStatistics(few, 'b')]
    const unknown = (of: FeatureStatistics) => ({ mean: of.mean, covariance: of.covariance })
    for (const [first, second] of [
      [a, b],
      [b, a],
      [unknown(a), unknown(b)],
      [unknown(b), unknown(a)],
    ]) {
      const { distance } = await frechetDistance(first, second)
      expect(Math.abs(distance - wanted) / wanted).toBeLessThan(1e-9)
    }
  })

  test('repeated images only lower the rank', async () => {
    const few = features(30, 100, 5)
    const doubled = { ...few, rows: 60, data: Float32Array.from([...few.data, ...few.data]) }
    const other = features(80, 100, 6)
    const wanted = reference('frechetOfFew', doubled, other)
    expect(Math.abs((await distance(doubled, other)) - wanted) / wanted).toBeLessThan(1e-9)
  })
})

describe('what its reader must know', () => {
  const at = async (images: number | undefined) => {
    const { warnings } = await frechetDistance(
      { mean: new Float64Array(3), covariance: diagonal([1, 1, 1]), ...(images !== undefined && { images }) },
      normal([0, 0, 0], [1, 1, 1]),
      ['few.npy', 'many.npy'],
    )
    return warnings.map(({ code }) => code)
  }

  test('fewer images than dimensions, few images, an unknown number', async () => {
    expect(await at(3)).toEqual(['fewer-images-than-dimensions'])
    expect(await at(4)).toEqual(['few-images'])
    expect(await at(10_000)).toEqual([])
    expect(await at(undefined)).toEqual(['unknown-number-of-images'])
  })

  test('sets of another width are refused by name', async () => {
    await expect(
      frechetDistance(normal([0], [1]), normal([0, 0], [1, 1]), ['a.npz', 'b.npz']),
    ).rejects.toThrow('a.npz and b.npz: features of 1 numbers against features of 2')
  })
})
