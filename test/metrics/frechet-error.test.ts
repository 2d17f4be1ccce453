import { describe, expect, it } from 'vitest'
import { featureStatistics } from '../../src/linear-algebra/streaming-moments.js'
import { frechetDistance } from '../../src/metrics/frechet.js'
import { frechetWithError } from '../../src/metrics/frechet-error.js'
import { mergeStatistics } from '../../src/metrics/merge-statistics.js'
import { features } from './reference.js'

const GROUPS = 8

/** A set of normal features in groups of 50, and all of them at once. */
async function sample(seed: number, shift: number, rows = 400, columns = 6) {
  const whole = features(rows, columns, seed, shift)
  const size = rows / GROUPS
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    const data = whole.data.slice(group * size * columns, (group + 1) * size * columns)
    return featureStatistics({ rows: size, columns, data }, 'group')
  })
  return { groups: await Promise.all(groups), whole: await featureStatistics(whole, 'whole') }
}

describe('statistics in parts', () => {
  it('merge to those of all images', async () => {
    const { groups, whole } = await sample(1, 0.3)
    const merged = mergeStatistics(groups)
    expect(merged.images).toBe(400)
    merged.mean.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.mean[i], 12)
    })
    merged.covariance.data.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.covariance.data[i], 12)
    })
  })

  it('give the distance of all images', async () => {
    const [a, b] = [await sample(1, 0.5), await sample(2, 0)]
    const { whole } = await frechetWithError(a.groups, b.groups)
    expect(whole.distance).toBeCloseTo((await frechetDistance(a.whole, b.whole)).distance, 10)
  })
})

it('the error is what distances of new samples vary by', async () => {
  const samples = []
  for (let seed = 0; seed < 60; seed++) {
    const [a, b] = [await sample(1000 + seed, 0.8), await sample(5000 + seed, 0)]
    samples.push(await frechetWithError(a.groups, b.groups))
  }
  const mean = samples.reduce((sum, { whole }) => sum + whole.distance, 0) / samples.length
  const variance =
    samples.reduce((sum, { whole }) => sum + (whole.distance - mean) ** 2, 0) / (samples.length - 1)
  const told = samples.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / samples.length
  // 60 samples tell a standard deviation to a tenth
  expect(Math.sqrt(told / variance)).toBeGreaterThan(0.75)
  expect(Math.sqrt(told / variance)).toBeLessThan(1.35)
})
