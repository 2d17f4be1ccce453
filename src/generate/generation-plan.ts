import { z } from 'zod'
import { sha256 } from '../bytes/hashing.js'
import type { DetectorDescriptor, GeneratorDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { PROVIDERS, type Provider } from '../onnx/runtime.js'
import { type AlignSettings, alignPlanSchema, planAlign } from './align/align-plan.js'
import { attropDifferences, attropPlanSchema, planAttrop } from './attrop/attrop-plan.js'
import { batchOf } from './attrop/batch-rows.js'
import type { AttropModels } from './attrop/loss-graph.js'
import type { AttropSettings } from './attrop/settings.js'
import { FAMILIES, familyRecords, recordsFor } from './families/list.js'
import type { SigmaShare } from './sigma-mix.js'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().positive()

const inputs = {
  /** 2: images are encoded with the accurate transform, to Pillow's bytes; in plans of version 1 with a fast one */
  version: z.literal(2),
  /** the one number that all random numbers come from */
  seed: z.int().nonnegative(),
  /** `sha256` is of the first `count` vectors as float32 */
  identities: z.strictObject({ count, width: count, sha256: digest }),
  generator: z.strictObject({ name: z.string(), sha256: digest, demo: z.boolean() }),
  imagesPerIdentity: count,
  sigmas: z.array(z.strictObject({ sigma: z.number().nonnegative(), share: z.number().positive() })).min(1),
}
const making = {
  jpeg: z.strictObject({
    quality: z.int().min(1).max(100),
    chromaSubsampling: z.enum(['4:2:0', '4:4:4']),
  }),
  /** images of one call of the network: fixed, and padded at the end, so that numbers can't depend on it */
  batch: count,
  /** identities of one part, the unit that is done or not done */
  partIdentities: count,
  /** that the perturbed vectors are moved by AttrOP, and how; left out where they are not */
  attrop: attropPlanSchema.optional(),
  /** that a face is cropped from each photograph, and how; left out where images are used as they are */
  align: alignPlanSchema.optional(),
  /** where the networks run, which moves the last digits of their numbers; left out for the processor */
  provider: z.enum(PROVIDERS).optional(),
}
type Always = z.infer<z.ZodObject<typeof inputs & typeof making>>

/**
 * Everything that determines the bytes of a run's images, with what the generator's families record under their own keys
 * (`masking` of Vec2Face). Two runs with equal plans make equal images, wherever and in however many pieces they are made.
 */
export type GenerationPlan = Always & { readonly [family: string]: unknown }

/** Names of parts have six digits; what is missing of a run is listed. */
const MOST_PARTS = 1_000_000

// The order of the keys is part of a plan's name.
export const generationPlanSchema = z
  .strictObject({
    ...inputs,
    ...familyRecords(),
    ...making,
  })
  .refine(
    ({ identities, partIdentities }) => identities.count <= MOST_PARTS * partIdentities,
    `more than ${MOST_PARTS} parts`,
  ) as unknown as z.ZodType<GenerationPlan>

/** Measured: larger batches leave the processor's cache and are slower. */
const BATCH = 8
/** Measured on an H100: twice as fast as batches of 8, and nearly as fast as any. */
const GPU_BATCH = 64
/** A part costs some seconds to make again and is a file of some megabytes. */
const PART_IMAGES = 2048
/** With AttrOP an image costs ten times as much, and more. */
const ATTROP_PART_IMAGES = 200
/** What the authors' code writes: imageio's default. */
const JPEG = { quality: 75, chromaSubsampling: '4:2:0' } as const

/** What a user chooses; the rest follows. */
export interface GenerationChoices {
  readonly seed: number
  readonly identities: GenerationPlan['identities']
  readonly imagesPerIdentity: number
  readonly sigmas: readonly SigmaShare[]
  /** JPEG quality 1..100, 75 by default; from 90 on, colours are kept at full resolution */
  readonly quality?: number
  /** identities of one part; by default such that a part has about 2,000 images, 200 with AttrOP */
  readonly partIdentities?: number
  readonly attrop?: { readonly models: AttropModels; readonly settings: AttropSettings }
  readonly align?: { readonly detector: Model<DetectorDescriptor>; readonly settings: AlignSettings }
  /** `cpu` by default */
  readonly provider?: Provider
  /** images of one call of the network; 8 on the processor by default, 64 elsewhere */
  readonly batch?: number
}

/** Puts the choices and the generator's needs together. @throws InputError where AttrOP is asked of networks unfit for it */
export function planGeneration(
  generator: Model<GeneratorDescriptor>,
  choices: GenerationChoices,
): GenerationPlan {
  const { descriptor, sha256 } = generator
  const { attrop, provider = 'cpu' } = choices
  const quality = choices.quality ?? JPEG.quality
  const partImages = attrop === undefined ? PART_IMAGES : ATTROP_PART_IMAGES
  return {
    version: 2,
    seed: choices.seed,
    identities: choices.identities,
    generator: { name: descriptor.name, sha256, demo: descriptor.demo },
    imagesPerIdentity: choices.imagesPerIdentity,
    sigmas: choices.sigmas.map(({ sigma, share }) => ({ sigma, share })),
    ...recordsFor(descriptor),
    jpeg: { quality, chromaSubsampling: quality >= 90 ? '4:4:4' : JPEG.chromaSubsampling },
    batch: batchOf(attrop?.models ?? { generator }, choices.batch, provider === 'cpu' ? BATCH : GPU_BATCH),
    partIdentities:
      choices.partIdentities ??
      Math.max(
        Math.ceil(choices.identities.count / MOST_PARTS),
        Math.floor(partImages / choices.imagesPerIdentity),
      ),
    ...(attrop && { attrop: planAttrop(attrop.models, attrop.settings, choices.identities.width) }),
    ...(choices.align && { align: planAlign(choices.align.detector, choices.align.settings) }),
    ...(provider !== 'cpu' && { provider }),
  }
}

/** Names a plan: equal plans have equal names. 64 hexadecimal digits. */
export function planId(plan: GenerationPlan): string {
  return sha256(JSON.stringify(generationPlanSchema.parse(plan)))
}

/** The number of parts of a run. */
export function partCount(plan: GenerationPlan): number {
  return Math.ceil(plan.identities.count / plan.partIdentities)
}

/** The identities of one part. */
export function partRange(plan: GenerationPlan, part: number): { first: number; count: number } {
  const first = part * plan.partIdentities
  return { first, count: Math.min(plan.partIdentities, plan.identities.count - first) }
}

/** Images of the whole run. */
export function imageCount(plan: GenerationPlan): number {
  return plan.identities.count * plan.imagesPerIdentity
}

/** What differs between two plans, in the words of the command line; empty where nothing does. */
export function planDifferences(a: GenerationPlan, b: GenerationPlan): string[] {
  type Row = readonly [name: string, value: (plan: GenerationPlan) => unknown]
  const rows: readonly Row[] = [
    ['seed', (plan) => plan.seed],
    ['number of identities', (plan) => plan.identities.count],
    ['identity vectors (SHA-256)', (plan) => plan.identities.sha256.slice(0, 12)],
    ['generator', ({ generator }) => `${generator.name} (SHA-256 ${generator.sha256.slice(0, 12)})`],
    ['images an identity', (plan) => plan.imagesPerIdentity],
    ['sigmas', (plan) => plan.sigmas.map(({ sigma, share }) => `${sigma}:${share}`).join(',')],
    ...FAMILIES.map(({ key, title }): Row => [title, (plan) => JSON.stringify(plan[key])]),
    ['JPEG quality', (plan) => plan.jpeg.quality],
    ['provider', (plan) => plan.provider ?? 'cpu'],
    ['batch', (plan) => plan.batch],
    ['identities a part', (plan) => plan.partIdentities],
  ]
  const differing = rows
    .filter(([, value]) => value(a) !== value(b))
    .map(([name, value]) => `${name} ${value(a)} instead of ${value(b)}`)
  return [...differing, ...attropDifferences(a.attrop, b.attrop)]
}
