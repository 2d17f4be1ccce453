import { z } from 'zod'

const id = z.string().min(1)
const share = z.number().min(0).max(1)

/** How a dataset is generated: the paper's Section 3. */
export const generateSpecSchema = z.strictObject({
  /** id of a generator */
  generator: id,
  identities: z.int().positive(),
  /** features that identity vectors are drawn like: a `.npy` of the sources */
  identityFeatures: id,
  /** no two identity vectors are more similar (cosine) */
  maxSimilarity: z.number().min(-1).max(1).default(0.3),
  /** images an identity */
  images: z.int().positive().default(50),
  /** shares of the images by noise sigma */
  sigma: z
    .record(z.string().regex(/^\d+(\.\d+)?$/, 'a sigma is a number'), share)
    .default({ '0.3': 0.4, '0.5': 0.4, '0.7': 0.2 }),
})

/** What is measured on a dataset. */
export const measureSpecSchema = z.strictObject({
  separability: z
    .strictObject({
      recognisers: z.array(id).min(1),
      thresholds: z.array(z.number().min(-1).max(1)).min(1).default([0.4]),
    })
    .optional(),
  frechet: z
    .strictObject({
      /** id of a model of role `features` */
      features: id,
      /** id of the dataset that it is compared with */
      reference: id,
      images: z.int().min(2).default(2000),
    })
    .optional(),
  speed: z
    .strictObject({
      /** id, among the models, of a pipeline of networks to time (YAML): a generator that this program doesn't run */
      pipeline: id.optional(),
      batches: z.array(z.int().positive()).min(1).default([8]),
      repeats: z.int().min(5).default(15),
    })
    .optional(),
  contactSheets: z.boolean().default(false),
})

/** A dataset to generate, or one that exists, and what to measure on it. */
export const datasetSpecSchema = z
  .strictObject({
    id,
    name: z.string().min(1),
    generate: generateSpecSchema.optional(),
    measure: measureSpecSchema.prefault({}),
  })
  .refine(({ generate, measure: { speed } }) => !speed || generate || speed.pipeline !== undefined, {
    path: ['measure', 'speed'],
    error: "there is nothing to time: 'generate' names a generator, 'pipeline' a pipeline",
  })
export type DatasetSpec = z.infer<typeof datasetSpecSchema>
export type GenerateSpec = z.infer<typeof generateSpecSchema>
