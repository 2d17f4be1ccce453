import type { Value } from '../onnx/graph-builder.js'
import type { Node } from '../onnx/node.js'
import type { BackwardGraph } from './backward-graph.js'

/** What a rule sees: an operator on the way, and the gradient of what comes out of it. */
export interface RuleSite {
  /** where the gradient is computed: the rule adds its operators here */
  readonly g: BackwardGraph
  readonly node: Node
  /** what goes in; '' for an optional input that is left out */
  readonly inputs: readonly Value[]
  /** what comes out */
  readonly outputs: readonly Value[]
  /** the gradient with respect to the first output */
  readonly dy: Value
  /** the gradient with respect to each output; undefined for one that nothing depends on */
  readonly gradients: readonly (Value | undefined)[]
  /** whether the gradient with respect to an input is asked for */
  wants(input: number): boolean
}

/**
 * The gradient with respect to each input, in their order; undefined for one that has none, or that isn't wanted.
 * Each has the shape and the type of its input.
 */
export interface Rule {
  (site: RuleSite): readonly (Value | undefined)[]
  /** the rule reads `gradients`, not only `dy` */
  readonly everyOutput?: true
}

/** A room's rules by the operators that they are for. */
export type Rules = Readonly<Record<string, Rule>>
