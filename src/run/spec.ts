import { z } from 'zod'
import { readText } from '../bytes/files.js'
import { sha256 } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { MEAN_SUBTRACTIONS } from '../evaluate/distances.js'
import { MOST_YAML_BYTES, parseYaml } from '../yaml-file.js'
import { datasetSpecSchema } from './dataset-spec.js'
import { gridKeys } from './grid/grid-spec.js'

const id = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'an id has small letters, digits, dots and hyphens')

export const protocolSpecSchema = z.strictObject({
  /** consecutive folds, where the data give none */
  folds: z.int().min(2).default(10),
  givenFolds: z.boolean().default(true),
  /** overrides the descriptors' */
  flip: z.boolean().optional(),
  fusion: z.enum(['sum', 'unit-sum']).optional(),
  distance: z.enum(['squared-euclidean', 'angular']).default('squared-euclidean'),
  /** `true` is facenet's order, as it was before there were two */
  subtractMean: z
    .preprocess(
      (value) => (value === true ? 'facenet' : value),
      z.union([z.literal(false), z.enum(MEAN_SUBTRACTIONS)]),
    )
    .default(false),
  /** false accept rates at which the true accept rate is told */
  far: z.array(z.number().gt(0).lt(1)).default([1e-1, 1e-2, 1e-3, 1e-4]),
  /** resamples of the confidence interval */
  resamples: z.int().min(100).default(1000),
})

const rowSchema = z.strictObject({
  name: z.string().min(1),
  /** id of the recogniser that was trained on this row's dataset */
  model: id.optional(),
  /** what the row says beside accuracies: `images: 0.5M` */
  labels: z.record(z.string(), z.string()).default({}),
})

export const tableSpecSchema = z.strictObject({
  id,
  title: z.string().min(1),
  caption: z.string().default(''),
  /** the paper's figures: a CSV beside the spec, one line a row, columns named as `columns` names them */
  paper: z.string().min(1).optional(),
  /** the columns: id of a test set, and what the table calls it */
  columns: z.record(id, z.string().min(1)),
  /** columns of text before the accuracies, from the CSV or the rows' labels */
  labelColumns: z.array(z.string()).default([]),
  /** whether a last column holds the mean of the row */
  average: z.boolean().default(false),
  /** figures of later work: a CSV beside the spec, laid out as the paper's, with a column `source`; and which rows of it */
  later: z.strictObject({ figures: z.string().min(1), rows: z.array(z.string()).min(1) }).optional(),
  /** rows of the paper's CSV come first, in its order; further ones of your own follow */
  rows: z.array(rowSchema).default([]),
})

/** One benchmark. */
export const specSchema = z
  .strictObject({
    name: id,
    title: z.string().min(1),
    description: z.string().default(''),
    seed: z.int().nonnegative().default(0),
    /** how to get what the ids name: a YAML beside the spec */
    catalogue: z.string().min(1).optional(),
    protocol: protocolSpecSchema.prefault({}),
    /** how many pairs of each fold are used of test sets that are made on demand; all by default */
    pairsPerFold: z.int().positive().optional(),
    tables: z.array(tableSpecSchema).default([]),
    datasets: z.array(datasetSpecSchema).default([]),
    axes: gridKeys.axes.default({}),
    cell: gridKeys.cell.optional(),
    /** the spec's one seed where left out */
    seeds: gridKeys.seeds.optional(),
    claims: gridKeys.claims.default([]),
  })
  .superRefine(({ axes, cell, seeds, claims, tables }, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message })
    if (cell === undefined) {
      const without = "there is no 'cell' for it"
      if (Object.keys(axes).length > 0) refuse('axes', without)
      if (seeds !== undefined) refuse('seeds', without)
      if (claims.length > 0) refuse('claims', without)
    } else if (('train' in cell || 'recogniser' in cell) && tables.length === 0)
      refuse('tables', "its columns say on which test sets the cells' recognisers are verified: give one")
  })
export type Spec = z.infer<typeof specSchema>
export type TableSpec = z.infer<typeof tableSpecSchema>
export type ProtocolSpec = z.infer<typeof protocolSpecSchema>

export interface LoadedSpec {
  readonly spec: Spec
  readonly path: string
  readonly text: string
  readonly sha256: string
}

/** Reads and validates a spec. @throws InputError that names the key, the line and the allowed values */
export async function loadSpec(path: string): Promise<LoadedSpec> {
  const text = await readText(path, MOST_YAML_BYTES)
  return { spec: parseYaml(text, specSchema, path), path, text, sha256: sha256(text) }
}

/** A spec with other seeds for its cells. @throws InputError where it has no cells */
export function withSeeds(loaded: LoadedSpec, seeds: readonly number[]): LoadedSpec {
  const { spec, path } = loaded
  if (spec.cell === undefined)
    throw new InputError("the spec has no cells to repeat ('cell' and 'axes')", path, 'leave out --seeds')
  return { ...loaded, spec: { ...spec, seeds: [...seeds] } }
}

/** The ids of the recognisers in a spec's tables. */
export function modelIdsOf({ tables }: Pick<Spec, 'tables'>): string[] {
  return [...new Set(tables.flatMap(({ rows }) => rows.flatMap(({ model }) => model ?? [])))]
}

/** The ids of the test sets that a spec's tables name. */
export function testSetIds({ tables }: Pick<Spec, 'tables'>): string[] {
  return [...new Set(tables.flatMap(({ columns }) => Object.keys(columns)))]
}
