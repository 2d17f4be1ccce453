import { describe, expect, test } from 'vitest'
import { cmmd } from '../../src/metrics/cmmd.js'
import { features, hasSciPy, reference } from './reference.js'

describe('CMMD', () => {
  test('of two single images: 2000 (1 - exp(-|x - y|^2 / 200))', async () => {
    const one = (data: number[]) => ({ rows: 1, columns: 2, data: Float64Array.from(data) })
    // Scaled to length 1 they are (0.6, 0.8) and (1, 0): 0.8 apart, squared.
    const { distance } = await cmmd(one([3, 4]), one([7, 0]))
    expect(distance).toBeCloseTo(2000 * (1 - Math.exp(-0.8 / 200)), 12)
    const { distance: asTheyAre } = await cmmd(one([3, 4]), one([7, 0]), { normalise: false })
    expect(asTheyAre).toBeCloseTo(2000 * (1 - Math.exp(-32 / 200)), 10)
  })

  test('of a set against itself is 0', async () => {
    const set = features(70, 24, 1)
    expect(Math.abs((await cmmd(set, set)).distance)).toBeLessThan(1e-10)
  })

  test.skipIf(!hasSciPy)('scikit-learn (needs python3): relative difference at most 1e-9', async () => {
    const [a, b] = [features(1100, 48, 1), features(300, 48, 2, 0.2)]
    const wanted = reference('cmmd', a, b)
    expect(Math.abs((await cmmd(a, b)).distance - wanted) / wanted).toBeLessThan(1e-9)
  })

  test('an empty set is refused', async () => {
    const none = { rows: 0, columns: 24, data: new Float32Array(0) }
    await expect(cmmd(features(3, 24, 1), none, {}, ['a', 'none'])).rejects.toThrow('none: there is no image')
  })
})
