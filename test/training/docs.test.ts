import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { z } from 'zod'
import { attributesSpecSchema, readAttributesSpec } from '../../src/training/attributes/attributes-spec.js'
import { AUGMENTATIONS } from '../../src/training/augmentation/list.js'
import { LOSSES } from '../../src/training/losses/list.js'
import { OPTIMISERS } from '../../src/training/optimisers/list.js'
import { readRecogniserSpec, recogniserSpecSchema } from '../../src/training/recogniser-spec.js'
import { SCHEDULES } from '../../src/training/schedules/list.js'

const page = readFileSync('docs/training.md', 'utf8')
const keysOf = (schema: z.ZodType): string[] => Object.keys((schema as z.ZodObject).shape)

it('docs/training.md explains each key of a spec', () => {
  const nested = [...LOSSES, ...OPTIMISERS, ...SCHEDULES, ...AUGMENTATIONS].flatMap(({ id, options }) => [
    id,
    ...keysOf(options).filter((key) => key !== 'kind'),
  ])
  const missing = [...keysOf(recogniserSpecSchema), ...nested].filter((key) => !page.includes(`\`${key}\``))
  expect(missing).toEqual([])
})

it('the specs that come with the program are specs', async () => {
  for (const name of ['demo-recogniser', 'iresnet50']) {
    const spec = await readRecogniserSpec(`benchmarks/training/${name}.yaml`)
    expect(spec.epochs).toBeGreaterThan(0)
  }
})

it('docs/training-attributes.md explains each key of a spec, and the specs that come with the program are specs', async () => {
  const own = readFileSync('docs/training-attributes.md', 'utf8')
  const keys = keysOf(attributesSpecSchema)
  expect(keys.filter((key) => !own.includes(`\`${key}`))).toEqual([])
  for (const role of ['pose', 'quality', 'features'])
    expect(await readAttributesSpec(`benchmarks/training/demo-${role}.yaml`)).toMatchObject({ role })
})
