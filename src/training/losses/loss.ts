import type { z } from 'zod'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'
import type { Kind } from '../kinds.js'

/** What a margin sees: the cosine of each feature with its own class, [batch, 1]. */
export interface MarginSite<Options> {
  readonly g: GraphBuilder
  readonly own: Value
  readonly options: Options
}

/**
 * A margin softmax: features and class centres as unit vectors, cosines times a scale, cross-entropy, with what the loss
 * makes of the cosine with the own class. `scale` is among its options. Adding one: a file that exports it, and its line in
 * `list.ts`.
 */
export interface LossDeclaration<Id extends string = string, Schema extends z.ZodType = z.ZodType>
  extends Kind<Id, Schema> {
  /** adds the operators that make the cosine with the own class smaller, [batch, 1] */
  margin(site: MarginSite<z.output<Schema>>): Value
}

/** Keeps the types of a declaration. */
export const declareLoss = <Id extends string, S extends z.ZodType>(loss: LossDeclaration<Id, S>) => loss
