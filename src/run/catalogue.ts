import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { Missing } from '../results/schema.js'
import { readYaml } from '../yaml-file.js'

const entry = z.string().min(1)

/** How to get what a spec names, by id. */
export const catalogueSchema = z.strictObject({
  models: z.record(z.string(), entry).default({}),
  testSets: z.record(z.string(), entry).default({}),
  datasets: z.record(z.string(), entry).default({}),
  trainers: z.record(z.string(), entry).default({}),
})
export type Catalogue = z.infer<typeof catalogueSchema>

/** One that knows nothing. */
export const NO_CATALOGUE: Catalogue = catalogueSchema.parse({})

/** The catalogue that a spec names, or an empty one. @throws InputError */
export async function readCatalogue(specPath: string, catalogue: string | undefined): Promise<Catalogue> {
  if (catalogue === undefined) return NO_CATALOGUE
  return readYaml(resolve(dirname(specPath), catalogue), catalogueSchema)
}

const KEYS = { model: 'models', 'test set': 'testSets', dataset: 'datasets', trainer: 'trainers' } as const

/** Something that no source has, with how to get it. */
export function missing(kind: Missing['kind'], id: string, catalogue: Catalogue): Missing {
  const key = KEYS[kind]
  return { kind, id, howToGet: catalogue[key][id] ?? `add '${key}.${id}' to your paths file` }
}
