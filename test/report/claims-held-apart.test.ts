import { describe, expect, it } from 'vitest'
import { checkClaims } from '../../src/report/claims/claims.js'
import { mergeResults } from '../../src/report/merge.js'
import { modelOf } from '../compare/simulated-runs.js'
import { fid, measured, rivals, separable, speed, verdictOf } from './claimed-results.js'

describe('what can not be held against each other', () => {
  it('speeds of different machines', () => {
    const [ours, theirs] = [
      measured({ vec2face: speed(467) }, 'fast'),
      measured({ arc2face: speed(1.4) }, 'slow'),
    ]
    expect(verdictOf('speed-311x', ours, theirs)).toBe('not tested')
  })

  it('a ratio of speeds names its conditions, and the ratios at other batch sizes', () => {
    const at = (batch: number, value: number) => ({ ...speed(value), parameters: { batch } })
    const one = measured({ vec2face: speed(467), arc2face: speed(1.4) })
    const larger = { vec2face: at(64, 1800), arc2face: at(64, 36) }
    const datasets = one.datasets.map((dataset) => ({
      ...dataset,
      metrics: [...dataset.metrics, larger[dataset.id as 'vec2face' | 'arc2face']],
    }))
    const run = { ...one, datasets }
    const claim = checkClaims(mergeResults([run])).find(({ id }) => id === 'speed-311x')
    expect(claim?.evidence.join()).toMatch(
      /vec2face is 333.57 times \[.*\] at batch 1 as fast as arc2face; also 50(\.0+)? times \[.*\] at batch 64; .*, cpu with \d+ threads/,
    )
  })

  it('distances to different references', () => {
    const run = measured({ vec2face: fid(12), arc2face: fid(14, 'ffhq') })
    expect(verdictOf('fid-below-arc2face', run)).toBe('not tested')
  })

  it('separabilities by different networks of one name', () => {
    const real = measured({ webface4m: separable(95), ...rivals(80) })
    const ours = { ...measured({ hsface10k: separable(95) }), models: [modelOf('r100', 'another')] }
    expect(verdictOf('separability-like-real', real, ours)).toBe('not tested')
    const equal = measured({ hsface10k: separable(95) })
    expect(verdictOf('separability-like-real', real, equal)).toBe('supported')
  })
})
