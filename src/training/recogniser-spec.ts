import { z } from 'zod'
import { ARCHITECTURE_NAMES } from '../networks/catalogue.js'
import { readYaml } from '../yaml-file.js'
import { augmentationSchema } from './augmentation/list.js'
import { lossSchema } from './losses/list.js'
import { optimiserSchema } from './optimisers/list.js'
import { hasOneLength, ONE_LENGTH, runKeys } from './run-spec.js'

/** The network that images go through. */
export const networkSchema = z.strictObject({
  architecture: z.enum(ARCHITECTURE_NAMES as [string, ...string[]]),
  /** the name of a depth ('18', 'a'), or blocks of each stage ('2,2,2,2') where the family takes them */
  depth: z.preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().min(1)),
  /** channels of the first stage; the family's own by default */
  width: z.int().positive().optional(),
  /** numbers of a feature */
  featureSize: z.int().positive().default(512),
  /** share of the numbers before the last layer that a step leaves out at random */
  dropout: z.number().min(0).lt(1).default(0),
})

/** How a recogniser is trained. */
export const recogniserSpecSchema = z
  .strictObject({
    ...runKeys,
    network: networkSchema,
    loss: lossSchema.prefault({ kind: 'arcface' }),
    /** classes in the softmax of one step: all, or the batch's own and others at random (Partial FC) */
    sampledClasses: z.number().gt(0).max(1).default(1),
    optimiser: optimiserSchema.prefault({ kind: 'sgd' }),
    /** images a step */
    batch: z.int().min(2).default(128),
    augmentation: augmentationSchema.prefault({ flip: {} }),
    /** what batch normalisation's running statistics take over of each batch's */
    statisticsMomentum: z.number().gt(0).max(1).default(0.1),
    /** steps between two verifications on the test sets; at the end alone by default */
    verifyEvery: z.int().positive().optional(),
  })
  .refine(hasOneLength, ONE_LENGTH)

/** What a spec says, with what it leaves out filled in. */
export type RecogniserSpec = z.output<typeof recogniserSpecSchema>
/** What a spec may say. */
export type RecogniserSpecInput = z.input<typeof recogniserSpecSchema>

/** Reads and checks a spec. @throws InputError that names the key and the line */
export const readRecogniserSpec = (path: string): Promise<RecogniserSpec> =>
  readYaml(path, recogniserSpecSchema)
