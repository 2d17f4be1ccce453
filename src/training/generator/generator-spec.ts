import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { PAPER_MASKING } from '../../generate/masks.js'
import { DISCRIMINATORS, type DiscriminatorName } from '../../networks/discriminators/index.js'
import { VEC2FACE_BASE } from '../../networks/vec2face-fresh.js'
import { readYaml } from '../../yaml-file.js'
import { augmentationSchema } from '../augmentation/list.js'
import { optimiserSchema } from '../optimisers/list.js'
import { hasOneLength, ONE_LENGTH, runKeys } from '../run-spec.js'
import { scheduleSchema } from '../schedules/list.js'
import { JUDGING_NAMES } from './losses/adversarial.js'
import { lossesSchema } from './losses/list.js'

const count = z.int().positive()
const inBoth = z.strictObject({ encoder: count, decoder: count })
const share = z.number().min(0).max(1)

/** How large the generator is; the paper's base model by default. */
const sizeSchema = z.strictObject({
  width: count.default(VEC2FACE_BASE.width),
  heads: inBoth.default(VEC2FACE_BASE.heads),
  blocks: inBoth.default(VEC2FACE_BASE.blocks),
  expansion: count.default(VEC2FACE_BASE.expansion),
  channels: count.default(VEC2FACE_BASE.channels),
  /** channels of the image decoder's levels, 112x112 first, 7x7 last */
  levels: z
    .array(count)
    .length(5, 'five levels: 112, 56, 28, 14 and 7 pixels')
    .default([...VEC2FACE_BASE.levels]),
  residual: count.default(VEC2FACE_BASE.residual),
})
const BASE = JSON.stringify(sizeSchema.parse({}))

/** What is trained: a generator of a size with fresh weights, or a file's with the file's. */
const networkSchema = sizeSchema
  .extend({
    /** an ONNX generator to train on */
    file: z.string().min(1).optional(),
  })
  .refine(({ file, ...size }) => file === undefined || JSON.stringify(size) === BASE, {
    message: 'a file has its own size: leave out the other keys',
    path: ['file'],
  })

const AUTHORS_ADAMW: z.input<typeof optimiserSchema> = { kind: 'adamw', rate: 1e-4, betas: [0.9, 0.99] }

const discriminatorSchema = z.strictObject({
  architecture: z
    .enum(Object.keys(DISCRIMINATORS) as [DiscriminatorName, ...DiscriminatorName[]])
    .default('cross-embedding'),
  /** channels of its first map; the architecture's own by default */
  width: count.optional(),
  /** what it learns by */
  judging: z.enum(JUDGING_NAMES).default('least-squares'),
  optimiser: optimiserSchema.prefault(AUTHORS_ADAMW),
  schedule: scheduleSchema.prefault({ kind: 'constant' }),
  warmUp: z.number().min(0).default(0),
  /** when it begins to learn, in the unit of the run's length; by default when it begins to count */
  learnsFrom: z.number().min(0).optional(),
  /** when the adversarial loss begins to count */
  countsFrom: z.number().min(0).default(0),
})

const NOTHING_ABOVE = { message: 'low is at most high', path: ['low'] }

/** How a generator is trained. */
export const generatorSpecSchema = z
  .strictObject({
    ...runKeys,
    clip: z.number().positive().default(2),
    network: networkSchema.prefault({}),
    /** the recogniser whose features the generator turns into faces: an ONNX file or a descriptor */
    recogniser: z.string().min(1),
    /** what the perceptual loss looks through: maps by the names of their values in the network's file */
    perceptual: z
      .strictObject({
        /** the recogniser, by default */
        network: z.string().min(1).optional(),
        maps: z.array(z.string().min(1)).min(1),
      })
      .optional(),
    losses: lossesSchema.prefault({ reconstruction: {}, identity: {}, perceptual: {}, adversarial: {} }),
    discriminator: discriminatorSchema.prefault({}),
    optimiser: optimiserSchema.prefault(AUTHORS_ADAMW),
    /** the share of tokens that is masked: normal(mean, deviation) truncated to low..high; and how many are dropped */
    masking: z
      .strictObject({
        mean: z.number().default(PAPER_MASKING.mean),
        deviation: z.number().nonnegative().default(PAPER_MASKING.deviation),
        low: share.default(PAPER_MASKING.low),
        high: share.default(PAPER_MASKING.high),
        dropped: z.int().min(0).max(48).default(PAPER_MASKING.dropped),
      })
      .refine(({ low, high }) => low <= high, NOTHING_ABOVE)
      .prefault({}),
    /** the share of the vectors that get the paper's noise, of a sigma that is uniform up to this one */
    noise: z.strictObject({ share: share.default(1), sigma: z.number().positive() }).optional(),
    /** vectors that no image has (`generate identities`), so many a step: theirs are identity and adversarial loss alone */
    free: z.strictObject({ vectors: z.string().min(1), count }).optional(),
    /** the weights that are written are a moving average of the trained ones, which keeps this share each step */
    average: z.number().gt(0).lt(1).optional(),
    /** images a step */
    batch: count.default(32),
    augmentation: augmentationSchema.prefault({}),
  })
  .refine(hasOneLength, ONE_LENGTH)
  .refine(
    ({ losses: { adversarial: _, ...others } }) => Object.values(others).some((loss) => loss !== undefined),
    {
      message: 'no loss says what an image is to look like: name one beside the adversarial loss',
      path: ['losses'],
    },
  )
  .refine(({ losses, perceptual }) => losses.perceptual === undefined || perceptual !== undefined, {
    message: "the perceptual loss needs to know the maps that it looks at: give 'perceptual: { maps: [..] }'",
    path: ['losses', 'perceptual'],
  })
  .refine(({ discriminator: { learnsFrom = 0, countsFrom } }) => learnsFrom <= countsFrom, {
    message: 'a discriminator counts once it has begun to learn',
    path: ['discriminator', 'countsFrom'],
  })

/** What a spec says, with what it leaves out filled in. */
export type GeneratorSpec = z.output<typeof generatorSpecSchema>
/** What a spec may say. */
export type GeneratorSpecInput = z.input<typeof generatorSpecSchema>

/** Reads and checks a spec; the paths in it are relative to its folder. @throws InputError that names the key and the line */
export async function readGeneratorSpec(path: string): Promise<GeneratorSpec> {
  const spec = await readYaml(path, generatorSpecSchema)
  const at = (file: string) => resolve(dirname(path), file)
  const { perceptual, free, network } = spec
  return {
    ...spec,
    network: network.file === undefined ? network : { ...network, file: at(network.file) },
    recogniser: at(spec.recogniser),
    perceptual:
      perceptual?.network === undefined ? perceptual : { ...perceptual, network: at(perceptual.network) },
    free: free && { ...free, vectors: at(free.vectors) },
  }
}

/** What of a spec determines a run's weights beside the files that it names, which are known by their content. */
export function withoutPaths({
  recogniser: _,
  perceptual,
  free,
  network: { file, ...size },
  ...spec
}: GeneratorSpec): Record<string, unknown> {
  const network = file === undefined ? { network: size } : {}
  return { ...spec, ...network, perceptual: perceptual?.maps, free: free?.count }
}
