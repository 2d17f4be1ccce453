import type { z } from 'zod'
import type { Kind } from '../kinds.js'

/** Numbers that are stepped together: `count` of a weight from `at` on, by the gradients from `from` on. */
export interface Stretch {
  readonly values: Float32Array
  readonly gradient: Float32Array
  /** what the optimiser keeps of each number of the weight */
  readonly state: readonly Float32Array[]
  readonly at: number
  readonly from: number
  readonly count: number
}

/** What a step is taken with. */
export interface StepSettings {
  /** steps taken, this one among them: 1 .. */
  readonly step: number
  readonly rate: number
  /** what gradients are multiplied by: 1, or less where they are clipped */
  readonly gradientScale: number
  readonly weightDecay: number
}

/**
 * Steps weights against their gradients, in place and in one pass over memory. `rate` and `weightDecay` are among its options.
 * Adding one: a file that exports it, and its
 * line in `list.ts`.
 */
export interface OptimiserDeclaration<Id extends string = string, Schema extends z.ZodType = z.ZodType>
  extends Kind<Id, Schema> {
  /** how many numbers it keeps of each number of a weight */
  readonly kept: number
  step(stretch: Stretch, settings: StepSettings, options: z.output<Schema>): void
}

/** Keeps the types of a declaration. */
export const declareOptimiser = <Id extends string, S extends z.ZodType>(it: OptimiserDeclaration<Id, S>) =>
  it
