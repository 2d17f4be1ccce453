import { expect, test } from 'vitest'
import { alignSpecSchema } from '../../src/run/align-spec.js'
import { generateSpecSchema, networkIdsOf } from '../../src/run/dataset-spec.js'

test('a spec crops faces by a detector that it names', () => {
  const generate = generateSpecSchema.parse({
    ...{ generator: 'arc2face', identities: 10, identityFeatures: 'webface' },
    align: { detector: 'yunet' },
  })
  expect(generate.align).toEqual({ detector: 'yunet', size: 112, face: 'insightface', attempts: 10 })
  expect(networkIdsOf(generate)).toEqual(['arc2face', 'yunet'])
})

test('crops have a size that the template has', () => {
  for (const size of [112, 128, 224])
    expect(alignSpecSchema.safeParse({ detector: 'd', size }).success).toBe(true)
  expect(alignSpecSchema.safeParse({ detector: 'd', size: 100 }).error?.message).toMatch(
    /multiple of 112 or 128/,
  )
})
