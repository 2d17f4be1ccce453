import { z } from 'zod'
import type { Value } from '../../../onnx/graph-builder.js'
import { adversarial } from './adversarial.js'
import { identity } from './identity.js'
import type { GeneratorLoss, LossScene } from './loss.js'
import { perceptual } from './perceptual.js'
import { reconstruction } from './reconstruction.js'
import { structure } from './structure.js'

/** A loss as the list has it: every kind of options looks alike, and is checked where it is used. */
interface ListedLoss {
  readonly title: string
  readonly options: z.ZodType<Weighted>
  build(scene: LossScene, options: unknown): Value
}

export interface Weighted {
  readonly weight: number
}

function listed<O extends Weighted>({ title, options, build }: GeneratorLoss<O>): ListedLoss {
  return { title, options, build: (scene, chosen) => build(scene, options.parse(chosen)) }
}

/** The losses of a generator, by the names that specs use: one line each. */
export const LOSSES = {
  reconstruction: listed(reconstruction),
  identity: listed(identity),
  perceptual: listed(perceptual),
  structure: listed(structure),
  adversarial: listed(adversarial),
} as const satisfies Readonly<Record<string, ListedLoss>>

export type LossName = keyof typeof LOSSES
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[]

/** The losses that count, with their options. */
export type ChosenLosses = { readonly [name in LossName]?: Weighted | undefined }

/** The losses in a spec: those that are named. */
export const lossesSchema = z.strictObject(
  Object.fromEntries(LOSS_NAMES.map((name) => [name, LOSSES[name].options.optional()])) as {
    [name in LossName]: z.ZodOptional<z.ZodType<Weighted>>
  },
)
