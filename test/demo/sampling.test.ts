import { describe, expect, it } from 'vitest'
import {
  ATTRIBUTES,
  type AttributeName,
  type Attributes,
  NEUTRAL_ATTRIBUTES,
  qualityOf,
} from '../../src/demo/attributes.js'
import { sampleIdentity, traitsOf } from '../../src/demo/identity.js'
import { ATTRIBUTE_PRESETS, type AttributePreset, sampleAttributes } from '../../src/demo/sampling.js'

/** What no image may leave, but for {@link STRESSED}. */
const RANGES: Partial<Record<AttributeName, readonly [number, number]>> = {
  yaw: [-80, 80],
  pitch: [-30, 30],
  roll: [-20, 20],
  smile: [-0.6, 1],
  mouthOpen: [0, 1],
  browRaise: [-1, 1],
  eyesClosed: [0, 1],
  gazeX: [-1, 1],
  gazeY: [-1, 1],
  age: [16, 80],
  beard: [0, 1],
  moustache: [0, 1],
  glasses: [0, 2],
  exposure: [-2.3, 2.3],
  distance: [0.7, 3],
  blur: [0, 2.2],
  noise: [0, 28],
  occlusion: [0, 0.45],
  grain: [0, 2 ** 24 - 1],
}

/** What a test set stresses goes farther than training images do. */
const STRESSED: Partial<Record<AttributePreset, typeof RANGES>> = {
  profile: { blur: [1, 2.4] },
  exposure: { exposure: [-3.2, 3.2] },
}

function draw(preset: AttributePreset, count: number): { attributes: Attributes; masculinity: number }[] {
  return Array.from({ length: count }, (_, i) => {
    const traits = traitsOf(sampleIdentity(1, 'train', i))
    return {
      attributes: sampleAttributes(1, 'train', i, 3, preset, traits),
      masculinity: traits.masculinity,
    }
  })
}

describe.each(ATTRIBUTE_PRESETS)('preset %s', (preset) => {
  const drawn = draw(preset, 150)

  it('stays in range and has every attribute', () => {
    for (const { attributes } of drawn) {
      expect(Object.keys(attributes).sort()).toEqual([...ATTRIBUTES].sort())
      for (const [name, range] of Object.entries({ ...RANGES, ...STRESSED[preset] })) {
        expect(attributes[name as AttributeName], name).toBeGreaterThanOrEqual(range[0])
        expect(attributes[name as AttributeName], name).toBeLessThanOrEqual(range[1])
      }
    }
  })

  it('grows hair only on faces that have it', () => {
    for (const { attributes, masculinity } of drawn)
      if (masculinity <= 0) expect(attributes.beard + attributes.moustache).toBe(0)
  })

  it('gives the same image the same attributes', () => {
    expect(draw(preset, 3)).toEqual(draw(preset, 3))
  })
})

it('training images turn to both profiles', () => {
  const yaws = draw('train', 400).map(({ attributes }) => attributes.yaw)
  expect(Math.min(...yaws)).toBeLessThan(-70)
  expect(Math.max(...yaws)).toBeGreaterThan(70)
})

it('profiles are turned by 70 degrees or more', () => {
  for (const { attributes } of draw('profile', 50))
    expect(Math.abs(attributes.yaw)).toBeGreaterThanOrEqual(70)
})

it('exposures miss by two stops or more', () => {
  for (const { attributes } of draw('exposure', 50))
    expect(Math.abs(attributes.exposure)).toBeGreaterThanOrEqual(2)
})

describe('quality', () => {
  it('is 1 for a perfect picture', () => {
    expect(qualityOf(NEUTRAL_ATTRIBUTES)).toBe(1)
  })

  it.each(['blur', 'noise', 'exposure', 'occlusion', 'yaw'] as const)(
    'falls as %s grows, and stays in 0 .. 1',
    (name) => {
      const range = RANGES[name]!
      let last = 1
      for (let step = 1; step <= 8; step++) {
        const quality = qualityOf({ ...NEUTRAL_ATTRIBUTES, [name]: (range[1] * step) / 8 })
        expect(quality).toBeLessThan(last)
        expect(quality).toBeGreaterThan(0)
        last = quality
      }
    },
  )
})
