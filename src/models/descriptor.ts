import { z } from 'zod'
import { decodingSchema } from './detectors/list.js'
import { diffusionSchema } from './diffusion/diffusion-schema.js'
import { unitsError } from './input-range.js'

/**
 * What a model is: the YAML beside its ONNX file (`lfw-r50.onnx`, `lfw-r50.yaml`). Everything that could change
 * a number is said here, so that the same file gives the same features everywhere.
 */

const shapeSize = z.tuple([z.int().positive(), z.int().positive()])
const perChannel = z.tuple([z.number(), z.number(), z.number()])

/** How pixels become numbers: `(x / scale - mean) / std`, each channel by itself. */
const pixelInput = {
  name: z.string().min(1),
  channels: z.enum(['RGB', 'BGR']).default('RGB'),
  scale: z.number().positive().default(255),
  mean: perChannel.default([0.5, 0.5, 0.5]),
  std: perChannel.refine((std) => std.every((s) => s > 0), 'every std is above 0').default([0.5, 0.5, 0.5]),
}

function checkUnits(input: Parameters<typeof unitsError>[0], context: z.RefinementCtx): void {
  const message = unitsError(input)
  if (message !== undefined) context.addIssue({ code: 'custom', path: ['mean'], message })
}

/** How an image becomes the network's input. */
export const imageInputSchema = z
  .strictObject({
    ...pixelInput,
    layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
    /** height and width in pixels */
    size: shapeSize.default([112, 112]),
    /**
     * An image of another size: an error; or resized as PyTorch's `interpolate` (`bilinear`: no corner alignment, no
     * antialiasing, the sides apart); or as torchvision's `Resize` and `CenterCrop` of a square (`antialias`).
     */
    resize: z.enum(['refuse', 'bilinear', 'antialias']).default('refuse'),
  })
  .superRefine(checkUnits)
export type ImageInput = z.infer<typeof imageInputSchema>

/** Batch sizes that one call accepts. A network exported with a fixed batch has `min` = `max`. */
const batchSchema = z
  .strictObject({ min: z.int().positive().default(1), max: z.int().positive().default(64) })
  .refine((batch) => batch.min <= batch.max, 'min is at most max')

const identification = {
  name: z.string().min(1),
  /** the ONNX file, relative to the descriptor; by default the file of the same name */
  file: z.string().min(1).optional(),
  description: z.string().optional(),
  /** SPDX expression or the licence's name */
  licence: z.string().default('unknown'),
  provenance: z
    .strictObject({
      source: z.string().optional(),
      trainedOn: z.string().optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
        .optional(),
      note: z.string().optional(),
    })
    .default({}),
  /** true for what was trained on the project's own rendered faces: every table and picture then says so */
  demo: z.boolean().default(false),
  batch: batchSchema.default({ min: 1, max: 64 }),
}

const featureOutput = z.strictObject({ name: z.string().min(1), size: z.int().positive() })

const recogniserSchema = z.strictObject({
  ...identification,
  role: z.literal('recogniser'),
  input: imageInputSchema,
  output: featureOutput.extend({
    /** a second output [batch, 1] that holds the feature's norm (AdaFace): the feature is multiplied by it */
    norm: z.string().min(1).optional(),
  }),
  /** whether the mirrored image's feature is used too (insightface's protocol, which the paper uses) */
  flip: z.boolean().default(true),
  /** how the two are put together: their sum as they come, or the sum of their unit vectors */
  fusion: z.enum(['sum', 'unit-sum']).default('sum'),
})

const qualitySchema = z.strictObject({
  ...identification,
  role: z.literal('quality'),
  input: imageInputSchema,
  output: featureOutput,
})

const poseSchema = z.strictObject({
  ...identification,
  role: z.literal('pose'),
  input: imageInputSchema,
  /** yaw, pitch and roll in degrees */
  output: featureOutput.refine((output) => output.size === 3, 'a pose is yaw, pitch and roll: size 3'),
})

const featuresSchema = z.strictObject({
  ...identification,
  role: z.literal('features'),
  input: imageInputSchema,
  output: featureOutput,
  /** what a Frechet distance over these features is called; only the Inception of 2015-12-05 makes an 'FID' */
  distanceName: z.string().min(1).default('Frechet distance'),
})

const generatorSchema = z.strictObject({
  ...identification,
  role: z.literal('generator'),
  input: z.strictObject({
    name: z.string().min(1).default('vector'),
    size: z.int().positive().default(512),
    /** the masks drawn from the run's seed; left out for a generator that takes the vector alone */
    masks: z
      .strictObject({
        dropped: z.string().min(1).default('dropped'),
        masked: z.string().min(1).default('masked'),
        /** tokens, the feature token included: 50 */
        tokens: z.int().min(2).default(50),
        /** how many of tokens 1.. are dropped before the encoder: 5 */
        droppedCount: z.int().min(0).default(5),
      })
      .optional(),
    /** normal numbers for each image, [batch, ...shape], drawn from the run's seed */
    noise: z
      .strictObject({
        name: z.string().min(1).default('noise'),
        shape: z.array(z.int().positive()).min(1),
      })
      .optional(),
  }),
  /** the networks and the way from noise to an image, where the file is the denoiser of a latent diffusion model */
  diffusion: diffusionSchema.optional(),
  output: z.strictObject({
    name: z.string().min(1).default('image'),
    size: shapeSize.default([112, 112]),
    channels: z.enum(['RGB', 'BGR']).default('RGB'),
    /** the numbers that stand for black and white */
    range: z.tuple([z.number(), z.number()]).default([-1, 1]),
  }),
})

const detectorSchema = z.strictObject({
  ...identification,
  role: z.literal('detector'),
  /** NCHW; a photograph lies in the upper left corner, black beside and below it */
  input: z
    .strictObject({
      ...pixelInput,
      /** height and width where the network takes one size; else those of the photograph, rounded up to a multiple */
      size: shapeSize.optional(),
      multiple: z.int().positive().default(32),
      /** the longer side of photographs, pixels: larger ones are scaled down to it */
      side: z.int().positive().default(640),
      /** whether smaller ones are scaled up to it */
      enlarge: z.boolean().default(false),
    })
    .superRefine(checkUnits),
  /** how faces are read from the outputs */
  decoding: decodingSchema,
  /** the least score of a face */
  score: z.number().min(0).max(1).default(0.5),
  /** a face whose box overlaps a better one's by more than this (intersection over union) is the same face */
  overlap: z.number().min(0).max(1).default(0.4),
})

export const descriptorSchema = z.discriminatedUnion('role', [
  recogniserSchema,
  qualitySchema,
  poseSchema,
  featuresSchema,
  generatorSchema,
  detectorSchema,
])

export type Descriptor = z.infer<typeof descriptorSchema>
export type Role = Descriptor['role']
export type RecogniserDescriptor = z.infer<typeof recogniserSchema>
export type GeneratorDescriptor = z.infer<typeof generatorSchema>
export type DetectorDescriptor = z.infer<typeof detectorSchema>
/** A model that takes an image and gives numbers: every role but the generator and the detector. */
export type ImageModelDescriptor = Exclude<Descriptor, GeneratorDescriptor | DetectorDescriptor>
/** The descriptor of a role. */
export type DescriptorOf<R extends Role> = Extract<Descriptor, { role: R }>
