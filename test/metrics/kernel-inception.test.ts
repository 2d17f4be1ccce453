import { describe, expect, test } from 'vitest'
import { float64Rows } from '../../src/arrays/matrix.js'
import { kernelInceptionDistance, polynomialMmd } from '../../src/metrics/kernel-inception.js'
import { features, hasSciPy, reference } from './reference.js'

describe('the estimate of one pair of subsets', () => {
  test('in one dimension, by hand', async () => {
    const one = (...data: number[]) => ({ rows: data.length, columns: 1, data: Float64Array.from(data) })
    // x = 0, 1 and y = 1, 2: k(0,1) = 1; k(1,2) = 27; k(x,y) = 1, 1, 8, 27.
    expect(await polynomialMmd(one(0, 1), one(1, 2))).toBe(1 + 27 - (2 * (1 + 1 + 8 + 27)) / 4)
  })

  test.skipIf(!hasSciPy)('scikit-learn (needs python3): relative difference at most 1e-9', async () => {
    const [a, b] = [features(200, 96, 1), features(150, 96, 2, 0.2)]
    const wanted = reference('kid', a, b)
    const found = await polynomialMmd(float64Rows(a, 0, 200), float64Rows(b, 0, 150))
    expect(Math.abs(found - wanted) / Math.abs(wanted)).toBeLessThan(1e-9)
  })
})

describe('mean and spread over subsets', () => {
  const [a, b] = [features(120, 32, 1), features(90, 32, 2)]

  test('are those of the values', async () => {
    const { mean, std, values } = await kernelInceptionDistance(a, b, {
      seed: 1,
      subsets: 20,
      subsetSize: 40,
    })
    expect(values).toHaveLength(20)
    expect(new Set(values).size).toBe(20)
    expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 20, 12)
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    expect(std).toBeCloseTo(Math.sqrt(squares / 20), 12)
  })

  test('the seed decides the subsets', async () => {
    const run = async (seed: number) => (await kernelInceptionDistance(a, b, { seed, subsets: 3 })).values
    expect(await run(1)).toEqual(await run(1))
    expect(await run(1)).not.toEqual(await run(2))
  })

  test('two sets of one distribution have 0 within the spread', async () => {
    const { mean, std } = await kernelInceptionDistance(a, b, { seed: 1, subsets: 30, subsetSize: 40 })
    expect(Math.abs(mean)).toBeLessThan(2 * std)
  })

  test('a subset is no larger than the smaller set; where it is both sets, one is enough', async () => {
    expect((await kernelInceptionDistance(a, b, { seed: 1, subsets: 2 })).subsetSize).toBe(90)
    expect((await kernelInceptionDistance(b, b, { seed: 1 })).values).toHaveLength(1)
  })

  test('one image, and sets of another width, are refused', async () => {
    const single = { rows: 1, columns: 32, data: new Float32Array(32) }
    await expect(kernelInceptionDistance(a, single, { seed: 1 }, ['a', 'single'])).rejects.toThrow(
      'single: one image has no spread',
    )
    await expect(kernelInceptionDistance(a, features(9, 8, 1), { seed: 1 })).rejects.toThrow('32 numbers')
  })
})
