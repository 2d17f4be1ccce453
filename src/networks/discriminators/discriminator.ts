import type { GraphBuilder } from '../../onnx/graph-builder.js'
import type { Weights, WeightTensors } from '../weights.js'

/** The ports of a discriminator's network. */
export const DISCRIMINATOR_PORTS = {
  /** [batch, 3, height, width] in -1..1 */
  image: 'image',
  /** [batch, 1, rows, columns], one score a patch, high where it looks real; not bounded */
  scores: 'scores',
} as const

/** What a training step must know of a discriminator beside its ports. */
export interface DiscriminatorParts {
  /** weights that no optimiser moves, each with the output that takes its place after a step */
  readonly next: Readonly<Record<string, string>>
  /** outputs that no gradient goes through */
  readonly constant: readonly string[]
}

/**
 * A network that judges patches of images. It is trained beside a generator and has no use afterwards, so it has no role and
 * no descriptor. Adding one: a file that exports it, and its line in `index.ts`.
 */
export interface Discriminator {
  readonly title: string
  /** channels of its first map, where nothing is said */
  readonly width: number
  /** Builds the network as it is trained. */
  build(g: GraphBuilder, weights: Weights): DiscriminatorParts
  /** Fresh weights. @param seed the same gives the same @throws InputError for a width that it can't have */
  fresh(seed: number, width?: number): WeightTensors
}
