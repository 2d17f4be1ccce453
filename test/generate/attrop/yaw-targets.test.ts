import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseYawTargets, yawTarget } from '../../../src/generate/attrop/yaw-targets.js'

describe('the yaw that is asked for', () => {
  it('is an angle, shares of the images, or a range', () => {
    expect(parseYawTargets('60', '--yaw')).toEqual([{ yaw: 60, share: 1 }])
    expect(parseYawTargets('0:0.25,30:0.75', '--yaw')).toEqual([
      { yaw: 0, share: 0.25 },
      { yaw: 30, share: 0.75 },
    ])
    expect(parseYawTargets('0..60', '--yaw')).toEqual({ low: 0, high: 60 })
  })

  it.each(['', 'x', '91', '-5', '0:0.5,30:0.4', '60..0', '0..', '30:1:2', '0:0.5,30'])(
    'is not %j',
    (text) => {
      expect(() => parseYawTargets(text, '--yaw')).toThrow(/--yaw: /)
    },
  )

  it('of an image depends on seed, identity and image alone, and follows the shares', () => {
    const targets = parseYawTargets('0:0.3,45:0.7', '--yaw')
    const drawn = Array.from({ length: 4000 }, (_, i) => yawTarget(targets, 1, Math.floor(i / 50), i % 50))
    expect(drawn.filter((yaw) => yaw === 45).length / drawn.length).toBeCloseTo(0.7, 1)
    expect(yawTarget(targets, 1, 3, 7)).toBe(drawn[3 * 50 + 7])
  })

  it('stays within the range', () => {
    const angle = fc.integer({ min: 0, max: 90 })
    fc.assert(
      fc.property(angle, angle, fc.nat(1e6), fc.nat(1e6), (a, b, identity, image) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const yaw = yawTarget({ low, high }, 5, identity, image)
        expect(yaw).toBeGreaterThanOrEqual(low)
        expect(yaw).toBeLessThanOrEqual(high)
      }),
    )
  })
})
