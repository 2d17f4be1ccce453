import { z } from 'zod'
import { ARCHITECTURE_NAMES } from '../networks/catalogue.js'
import { readYaml } from '../yaml-file.js'
import { augmentationSchema } from './augmentation/list.js'
import { lossSchema } from './losses/list.js'
import { optimiserSchema } from './optimisers/list.js'
import { scheduleSchema } from './schedules/list.js'

const networkSchema = z.strictObject({
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
    network: networkSchema,
    loss: lossSchema.prefault({ kind: 'arcface' }),
    /** classes in the softmax of one step: all, or the batch's own and others at random (Partial FC) */
    sampledClasses: z.number().gt(0).max(1).default(1),
    optimiser: optimiserSchema.prefault({ kind: 'sgd' }),
    schedule: scheduleSchema.prefault({ kind: 'constant' }),
    /** how long the rate grows, in the unit of the run's length */
    warmUp: z.number().min(0).default(0),
    /** gradients of a larger length, all together, are shortened to it */
    clip: z.number().positive().optional(),
    /** images a step */
    batch: z.int().min(2).default(128),
    /** the run's length: passes over the dataset */
    epochs: z.number().positive().optional(),
    /** the run's length, or steps */
    steps: z.int().positive().optional(),
    augmentation: augmentationSchema.prefault({ flip: {} }),
    /** what batch normalisation's running statistics take over of each batch's */
    statisticsMomentum: z.number().gt(0).max(1).default(0.1),
    /** all random numbers come from it */
    seed: z.int().nonnegative().default(0),
    /** steps between two points of the curve */
    curveEvery: z.int().positive().default(20),
    /** steps between two checkpoints */
    checkpointEvery: z.int().positive().default(200),
    /** steps between two verifications on the test sets; at the end alone by default */
    verifyEvery: z.int().positive().optional(),
  })
  .refine(({ epochs, steps }) => (epochs === undefined) !== (steps === undefined), {
    message: "give the run's length: either 'epochs' or 'steps'",
    path: ['epochs'],
  })

/** What a spec says, with what it leaves out filled in. */
export type RecogniserSpec = z.output<typeof recogniserSpecSchema>
/** What a spec may say. */
export type RecogniserSpecInput = z.input<typeof recogniserSpecSchema>

/** Reads and checks a spec. @throws InputError that names the key and the line */
export const readRecogniserSpec = (path: string): Promise<RecogniserSpec> =>
  readYaml(path, recogniserSpecSchema)
