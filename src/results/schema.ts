import { z } from 'zod'
import { curveSchema } from './curve.js'
import { evaluationSchema, testSetResultSchema } from './evaluation.js'
import { gridSchema, pointSchema } from './grid.js'
import { leftOutSchema } from './left-out.js'
import { listOf, mapOf } from './list-of.js'
import { metricSchema } from './metric.js'
import { pictureSchema } from './picture.js'
import { trainingSchema } from './training.js'

/**
 * The results of a run: the contract between what measures and what shows. A report is a pure function of it, a
 * comparison reads two of it. Numbers are as computed (accuracies in 0..1, times in seconds); figures of the paper are kept
 * apart under `reference` and are never mixed with measurements.
 */
export const RESULTS_VERSION = 3

const sha = z.string().regex(/^[0-9a-f]{64}$/)

/** Where and with what the numbers were made. */
export const provenanceSchema = z.strictObject({
  program: z.strictObject({ name: z.string(), version: z.string() }),
  command: listOf(z.string()),
  started: z.iso.datetime(),
  seconds: z.number().nonnegative(),
  node: z.string(),
  onnxruntime: z.string(),
  platform: z.string(),
  processor: z.string(),
  cores: z.int().positive(),
  memoryBytes: z.int().positive(),
  provider: z.string(),
  threads: z.int().positive(),
})

export const modelResultSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  sha256: sha,
  /** the descriptor as it was used */
  descriptor: z.json(),
  licence: z.string(),
  demo: z.boolean(),
})

/** A training dataset that was generated or opened, and what was measured on it. */
export const datasetResultSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  demo: z.boolean(),
  identities: z.int(),
  images: z.int(),
  /** hash of what it is made of: the manifest's, or the content's */
  fingerprint: z.string(),
  /** how it was made, where this program made it */
  recipe: z.json().optional(),
  metrics: listOf(metricSchema),
  leftOut: leftOutSchema.optional(),
  curves: listOf(curveSchema),
  pictures: listOf(pictureSchema),
  notes: listOf(z.string()),
})

/** Something that the spec names and that was not there. */
export const missingSchema = z.strictObject({
  kind: z.enum(['model', 'test set', 'dataset', 'trainer']),
  id: z.string(),
  howToGet: z.string(),
})

/** How a table is laid out; its cells are looked up in `evaluations` and in the paper's figures. */
export const tableSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  caption: z.string(),
  rows: listOf(
    z.strictObject({
      name: z.string(),
      /** id of the model that this row verifies */
      model: z.string().optional(),
      /** or the cells of the run's grid that it stands for, with all their seeds */
      axes: pointSchema.optional(),
      /** what the paper's table says of the row beside accuracies: number of images, family */
      labels: mapOf(z.string()),
      /** accuracies in percent as the paper prints them, by column id */
      reference: mapOf(z.number()),
      /** the average as the paper prints it, which need not be the mean of the row */
      referenceAverage: z.number().optional(),
      /** whose figures these are, where they are not the table's source's: later work */
      source: z.string().optional(),
    }),
  ),
  columns: listOf(z.strictObject({ id: z.string(), name: z.string() })),
  labelColumns: listOf(z.string()),
  average: z.boolean(),
  source: z.string(),
})

export const resultsSchema = z.strictObject({
  schema: z.literal('vec2face-bench/results'),
  version: z.literal(RESULTS_VERSION),
  name: z.string(),
  title: z.string(),
  description: z.string(),
  seed: z.int(),
  /** SHA-256 and text of the spec */
  spec: z.strictObject({ sha256: sha, text: z.string() }),
  provenance: provenanceSchema,
  models: listOf(modelResultSchema),
  testSets: listOf(testSetResultSchema),
  evaluations: listOf(evaluationSchema),
  datasets: listOf(datasetResultSchema),
  tables: listOf(tableSchema),
  /** an ablation's axes, cells and claims */
  grid: gridSchema.optional(),
  /** networks that were trained on the way, and how that went */
  trainings: listOf(trainingSchema).optional(),
  missing: listOf(missingSchema),
  warnings: listOf(z.string()),
})

export type { Curve } from './curve.js'
export type { Doubt } from './doubt.js'
export type { Evaluation, TestSetResult } from './evaluation.js'
export type { PairsEvaluation } from './evaluations/pairs.js'
export type { Interval } from './interval.js'
export type { LeftOut } from './left-out.js'
export type { Metric, MetricIdentity } from './metric.js'
export type { Picture } from './picture.js'
export type { Training } from './training.js'
export type Results = z.infer<typeof resultsSchema>
export type Provenance = z.infer<typeof provenanceSchema>
export type ModelResult = z.infer<typeof modelResultSchema>
export type DatasetResult = z.infer<typeof datasetResultSchema>
export type Table = z.infer<typeof tableSchema>
export type Missing = z.infer<typeof missingSchema>
