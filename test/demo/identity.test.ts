import { describe, expect, it } from 'vitest'
import {
  IDENTITY_PARAMETERS,
  IDENTITY_SIZE,
  type IdentityFamily,
  MAX_DEVIATION,
  SKIN_MAP,
  sampleIdentity,
  skinMapOf,
  TRAINING_IDENTITIES,
  traitsOf,
} from '../../src/demo/identity.js'
import { DEMO_TEST_SETS } from '../../src/demo/test-sets/demo-test-sets.js'

describe('identity', () => {
  it('has at least 40 continuous parameters, each named once', () => {
    expect(IDENTITY_PARAMETERS.length).toBeGreaterThanOrEqual(40)
    expect(new Set(IDENTITY_PARAMETERS).size).toBe(IDENTITY_PARAMETERS.length)
  })

  it('is a pure function of seed, family and number', () => {
    expect(sampleIdentity(1, 'train', 12345)).toEqual(sampleIdentity(1, 'train', 12345))
    expect(sampleIdentity(2, 'train', 12345)).not.toEqual(sampleIdentity(1, 'train', 12345))
    expect(sampleIdentity(1, 'train', TRAINING_IDENTITIES - 1)).toHaveLength(IDENTITY_SIZE)
  })

  it('is about standard normal in every parameter and cut off', () => {
    const people = Array.from({ length: 1500 }, (_, i) => sampleIdentity(1, 'train', i))
    for (let k = 0; k < IDENTITY_SIZE; k++) {
      const values = people.map((person) => person[k])
      const mean = values.reduce((sum, v) => sum + v) / values.length
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(MAX_DEVIATION)
      // Five standard errors; cutting at 2.5 leaves a variance of 0.911.
      expect(Math.abs(mean)).toBeLessThan(0.13)
      expect(Math.abs(variance - 0.911)).toBeLessThan(0.15)
    }
  })

  it('shares nobody between training, reference images and test sets', () => {
    const families: IdentityFamily[] = [
      'train',
      'real-like',
      ...DEMO_TEST_SETS.map((name) => `test/${name}` as const),
      'test/demo-sslfw/pool',
    ]
    const seen = new Set<string>()
    for (const family of families) for (let i = 0; i < 300; i++) seen.add(sampleIdentity(1, family, i).join())
    expect(seen.size).toBe(300 * families.length)
  })

  it('can be read by name', () => {
    const person = sampleIdentity(1, 'train', 7)
    expect(Object.values(traitsOf(person))).toEqual([...person.subarray(0, IDENTITY_PARAMETERS.length)])
    expect(skinMapOf(person)).toHaveLength(SKIN_MAP.columns * SKIN_MAP.rows * SKIN_MAP.layers)
    expect(traitsOf(person).skinMelanin).toBe(person[IDENTITY_PARAMETERS.indexOf('skinMelanin')])
  })
})
