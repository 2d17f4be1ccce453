import type { z } from 'zod'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'

/** What a margin sees: the cosine of each feature with its own class, [batch, 1]. */
export interface MarginSite<Options> {
  readonly g: GraphBuilder
  readonly own: Value
  readonly options: Options
}

/**
 * A margin softmax: features and class centres as unit vectors, cosines times a scale, cross-entropy, with what the loss
 * makes of the cosine with the own class. Adding one: a file that exports it, and its line in `list.ts`.
 */
export interface LossDeclaration<Id extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly id: Id
  /** one line for help: what it is and who introduced it */
  readonly title: string
  /** its keys in a spec, `kind` and `scale` among them */
  readonly options: Schema
  /** adds the operators that make the cosine with the own class smaller, [batch, 1] */
  margin(site: MarginSite<z.output<Schema>>): Value
}

/** Keeps the types of a declaration. */
export function declareLoss<Id extends string, Schema extends z.ZodType>(
  loss: LossDeclaration<Id, Schema>,
): LossDeclaration<Id, Schema> {
  return loss
}
