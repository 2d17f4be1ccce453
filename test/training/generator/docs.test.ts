import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { z } from 'zod'
import { DISCRIMINATORS } from '../../../src/networks/discriminators/index.js'
import { generatorSpecSchema } from '../../../src/training/generator/generator-spec.js'
import { JUDGING_NAMES } from '../../../src/training/generator/losses/adversarial.js'
import { LOSSES } from '../../../src/training/generator/losses/list.js'

const page = readFileSync('docs/training-generators.md', 'utf8')
const keysOf = (schema: z.ZodType): string[] => Object.keys((schema as z.ZodObject).shape)

it('docs/training-generators.md explains each key of a spec, each loss and each discriminator', () => {
  const names = [
    ...keysOf(generatorSpecSchema),
    ...Object.keys(LOSSES),
    ...Object.values(LOSSES).flatMap(({ options }) => keysOf(options)),
    ...Object.keys(DISCRIMINATORS),
    ...JUDGING_NAMES,
  ]
  expect(names.filter((name) => !page.includes(`\`${name}\``) && !page.includes(`.${name}\``))).toEqual([])
})
