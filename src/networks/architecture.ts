import type { z } from 'zod'
import type { descriptorSchema, Role } from '../models/descriptor.js'
import type { GraphBuilder } from '../onnx/graph-builder.js'
import type { Weights, WeightTensors } from './weights.js'

/** Attention heads of a Vec2Face generator, which a checkpoint doesn't say. */
export interface Heads {
  readonly encoder: number
  readonly decoder: number
}

/** What is known of a network beside its weights. */
export interface BuildOptions {
  /** attention heads of a Vec2Face generator whose width isn't an official one */
  readonly heads?: Heads | undefined
  /** what a recogniser is used for; by default recognition */
  readonly role?: 'recogniser' | 'quality' | undefined
  /** epsilon of batch normalisation; by default the family's */
  readonly epsilon?: number | undefined
  /** what the keys began with in the checkpoint, which can tell who trained it: 'features.module.' */
  readonly wrapper?: string | undefined
  /** the tensors beside the network in its checkpoint: a margin's weight */
  readonly beside?: WeightTensors | undefined
}

/** How large a fresh network is. What a family has no choice of is left alone. */
export interface FreshSize {
  /** the name of its depth, as in '50' of iresnet, 'base' of Vec2Face, 'B1g2' of 6DRepNet */
  readonly depth: string
  /** numbers of a feature: a recogniser's output, a generator's vector */
  readonly featureSize: number
  /** channels of its first stage, where a family has a choice; else its own */
  readonly width?: number
}

/** What a descriptor says of a network once it is built; its name, licence and provenance are added by the import. */
export type NetworkDescription = Omit<z.input<typeof descriptorSchema>, 'name'> & {
  readonly description: string
  /** what the checkpoint doesn't say and was taken from its family or by default, each as a clause that says why */
  readonly assumed?: readonly string[]
}

/**
 * A network whose checkpoints can be imported, or that can be trained. Adding one: a file that exports it, and its line in
 * `architectures.ts`.
 */
export interface Architecture {
  readonly title: string
  /** what its networks can be used for */
  readonly roles: readonly Role[]
  /** keys of which a checkpoint of it has one, behind whatever wraps it, and no other architecture's has */
  readonly signs: readonly string[]
  /**
   * Why weights that have a sign are another family's that shares the keys, and what to do; undefined where they are its.
   * @param asked whether the user named the architecture, which settles what the weights leave open
   */
  otherFamily?(state: WeightTensors, asked: boolean): { what: string; remedy: string } | undefined
  /** Builds the network as it is trained; {@link foldForInference} makes it fast. @throws InputError where weights don't fit */
  build(g: GraphBuilder, weights: Weights, options: BuildOptions): NetworkDescription
  /**
   * Fresh weights, as the official code begins them.
   * @param seed the same gives the same @throws InputError for a size that isn't known
   */
  fresh(seed: number, size: FreshSize): WeightTensors
  /** weights that training leaves as they are */
  readonly fixed?: readonly string[]
}

/** ImageNet's mean and deviation, which networks that were first trained on it want. */
export const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } satisfies Record<
  string,
  [number, number, number]
>
