import { z } from 'zod'

/**
 * The results of a run: the contract between what measures and what shows. A report is a pure function of it, a
 * comparison reads two of it. Numbers are as computed (accuracies in 0..1, times in seconds); figures of the paper are kept
 * apart under `reference` and are never mixed with measurements.
 */
export const RESULTS_VERSION = 2

const sha = z.string().regex(/^[0-9a-f]{64}$/)
const share = z.number().min(0).max(1)
/** Little-endian numbers in base64. */
const packed = z.base64()

export const intervalSchema = z.strictObject({
  low: z.number(),
  high: z.number(),
  level: share,
  resamples: z.int().nonnegative(),
})

/** Where and with what the numbers were made. */
export const provenanceSchema = z.strictObject({
  program: z.strictObject({ name: z.string(), version: z.string() }),
  command: z.array(z.string()),
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

export const testSetResultSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  format: z.string(),
  fingerprint: sha,
  images: z.int(),
  pairs: z.int(),
  same: z.int(),
  folds: z.int(),
  demo: z.boolean(),
  /** packed labels (uint8) of the pairs */
  labels: packed,
})

export const protocolSchema = z.strictObject({
  folds: z.int().min(2),
  givenFolds: z.boolean(),
  flip: z.boolean(),
  fusion: z.string(),
  distance: z.string(),
  /** whose order of subtracting the mean; `true` in older results is facenet's, the only one that there was */
  subtractMean: z.preprocess(
    (value) => (value === true ? 'facenet' : value),
    z.union([z.literal(false), z.string()]),
  ),
  seed: z.int(),
})

export const verificationSchema = z.strictObject({
  /** id of a model, or the name of a features file */
  model: z.string(),
  /** id of a test set */
  testSet: z.string(),
  protocol: protocolSchema,
  accuracy: share,
  std: z.number().nonnegative(),
  interval: intervalSchema,
  folds: z.array(z.strictObject({ pairs: z.int(), accuracy: share, threshold: z.number() })),
  auc: share,
  eer: share,
  tarAtFar: z.array(z.strictObject({ far: share, tar: share, resolved: z.boolean() })),
  /** of each pair: its fold (uint16), distance (float32), and whether it was decided rightly (uint8) */
  foldOf: packed,
  distances: packed,
  correct: packed,
  seconds: z.number().nonnegative(),
})

/** A number with how far it can be trusted. */
export const metricSchema = z.strictObject({
  /** what was measured, as metric-names.ts calls it: `separable@0.4 by r100`, `FID`, `imagesPerSecond@batch=8` .. */
  name: z.string(),
  value: z.number(),
  interval: intervalSchema.optional(),
  /** the sampling error's standard deviation, where it is known */
  standardError: z.number().nonnegative().optional(),
  /** repeated measurements behind the value (timings) */
  samples: z.array(z.number()).optional(),
  /** of what it is a count or a mean: images, identities */
  count: z.int().nonnegative().optional(),
  unit: z.string().optional(),
  /** id of the dataset that it was measured against: a distance's reference */
  against: z.string().optional(),
  better: z.enum(['higher', 'lower', 'neither']),
})

/** Numbers against numbers, to be drawn. */
export const curveSchema = z.strictObject({
  name: z.string(),
  x: z.array(z.number()),
  y: z.array(z.number()),
  xLabel: z.string(),
  yLabel: z.string(),
})

/** A picture inside the results: a contact sheet of generated or demo faces. */
export const pictureSchema = z.strictObject({
  title: z.string(),
  caption: z.string(),
  type: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  data: z.base64(),
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
  metrics: z.array(metricSchema),
  curves: z.array(curveSchema),
  pictures: z.array(pictureSchema),
  notes: z.array(z.string()),
})

/** Something that the spec names and that was not there. */
export const missingSchema = z.strictObject({
  kind: z.enum(['model', 'test set', 'dataset']),
  id: z.string(),
  howToGet: z.string(),
})

/** How a table is laid out; its cells are looked up in `verification` and in the paper's figures. */
export const tableSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  caption: z.string(),
  rows: z.array(
    z.strictObject({
      name: z.string(),
      /** id of the model that this row verifies */
      model: z.string().optional(),
      /** what the paper's table says of the row beside accuracies: number of images, family */
      labels: z.record(z.string(), z.string()),
      /** accuracies in percent as the paper prints them, by column id */
      reference: z.record(z.string(), z.number()),
      /** the average as the paper prints it, which need not be the mean of the row */
      referenceAverage: z.number().optional(),
    }),
  ),
  columns: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  labelColumns: z.array(z.string()),
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
  models: z.array(modelResultSchema),
  testSets: z.array(testSetResultSchema),
  verification: z.array(verificationSchema),
  datasets: z.array(datasetResultSchema),
  tables: z.array(tableSchema),
  missing: z.array(missingSchema),
  warnings: z.array(z.string()),
})

export type Results = z.infer<typeof resultsSchema>
export type Provenance = z.infer<typeof provenanceSchema>
export type ModelResult = z.infer<typeof modelResultSchema>
export type TestSetResult = z.infer<typeof testSetResultSchema>
export type Verification = z.infer<typeof verificationSchema>
export type DatasetResult = z.infer<typeof datasetResultSchema>
export type Metric = z.infer<typeof metricSchema>
export type Curve = z.infer<typeof curveSchema>
export type Picture = z.infer<typeof pictureSchema>
export type Table = z.infer<typeof tableSchema>
export type Missing = z.infer<typeof missingSchema>
