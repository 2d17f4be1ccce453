import { z } from 'zod'
import { askedFor, MEASURES, measureSpecSchema } from '../measures/list.js'
import { alignSpecSchema } from './align-spec.js'
import { attropSpecSchema, idsOf } from './attrop-spec.js'

const id = z.string().min(1)
const share = z.number().min(0).max(1)

/** How a dataset is generated: the paper's Section 3. */
export const generateSpecSchema = z
  .strictObject({
    /** id of a generator */
    generator: id,
    identities: z.int().positive(),
    /** features that identity vectors are drawn like: a `.npy` of the sources */
    identityFeatures: id,
    /** no two identity vectors are more similar (cosine); 0.3 where neither this nor an average is given */
    maxSimilarity: z.number().min(-1).max(1).optional(),
    /** or all are shifted until the average pair is this similar: the paper's ablation of identity similarity */
    averageSimilarity: z.number().min(-1).max(1).optional(),
    /** images an identity */
    images: z.int().positive().default(50),
    /** shares of the images by noise sigma */
    sigma: z
      .record(z.string().regex(/^\d+(\.\d+)?$/, 'a sigma is a number'), share)
      .default({ '0.3': 0.4, '0.5': 0.4, '0.7': 0.2 }),
    /** moves the perturbed vectors until the images have a quality and a pose */
    attrop: attropSpecSchema.optional(),
    /** crops the face from each photograph that the generator makes */
    align: alignSpecSchema.optional(),
  })
  .refine(
    ({ maxSimilarity, averageSimilarity }) => maxSimilarity === undefined || averageSimilarity === undefined,
    {
      message: "vectors have 'maxSimilarity' or 'averageSimilarity': give one",
    },
  )

function isWhole(id: string, options: unknown): boolean {
  return MEASURES.find((measure) => measure.id === id)?.options.safeParse(options).success === true
}

/** A dataset to generate, or one that exists, and what to measure on it. */
export const datasetSpecSchema = z
  .strictObject({
    id,
    name: z.string().min(1),
    generate: generateSpecSchema.optional(),
    /** the keys are the measurements' (src/measures), the values their options */
    measure: measureSpecSchema().prefault({}),
  })
  .superRefine(({ generate, measure }, context) => {
    // Options that are broken have their issue already.
    const whole = Object.entries(measure).filter(([id, value]) => isWhole(id, value))
    for (const asked of askedFor(Object.fromEntries(whole))) {
      const message = asked.refuses({ generated: generate !== undefined })
      if (message !== undefined)
        context.addIssue({ code: 'custom', path: ['measure', asked.measure.id], message })
    }
  })
export type DatasetSpec = z.infer<typeof datasetSpecSchema>
export type GenerateSpec = z.infer<typeof generateSpecSchema>

/** Ids of the networks that images are made with. */
export function networkIdsOf({ generator, attrop, align }: GenerateSpec): string[] {
  return [generator, ...(attrop ? idsOf(attrop) : []), ...(align ? [align.detector] : [])]
}
