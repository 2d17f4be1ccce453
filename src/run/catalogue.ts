import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { Missing } from '../results/schema.js'
import { readYaml } from '../yaml-file.js'

const text = z.string().min(1)
/** How to get a thing, and what is known of its licence. */
const entry = z.union([
  text,
  z.strictObject({
    get: text,
    licence: text,
    /** the licence forbids to show its images, or may: they stay out of results */
    faces: z.literal(false).optional(),
  }),
])

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
export type Kind = keyof typeof KEYS

/** How to get each thing of a kind, by id. */
export function waysToGet(catalogue: Catalogue, kind: Kind): ReadonlyMap<string, string> {
  const entries = Object.entries(catalogue[KEYS[kind]])
  return new Map(entries.map(([id, value]) => [id, typeof value === 'string' ? value : value.get]))
}

/** The licence of a thing, where the catalogue knows it. */
export function licenceOf(catalogue: Catalogue, kind: Kind, id: string): string | undefined {
  const value = catalogue[KEYS[kind]][id]
  return typeof value === 'object' ? value.licence : undefined
}

/** Whether images may be shown, where the catalogue knows that they may not. */
export function facesIn(catalogue: Catalogue, kind: Kind, id: string): false | undefined {
  const value = catalogue[KEYS[kind]][id]
  return typeof value === 'object' ? value.faces : undefined
}

/** Something that no source has, with how to get it. */
export function missing(kind: Missing['kind'], id: string, catalogue: Catalogue): Missing {
  const howToGet = waysToGet(catalogue, kind).get(id) ?? `add '${KEYS[kind]}.${id}' to your paths file`
  return { kind, id, howToGet }
}
