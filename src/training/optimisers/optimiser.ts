import type { z } from 'zod'

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
 * Steps weights against their gradients, in place and in one pass over memory. Adding one: a file that exports it, and its
 * line in `list.ts`.
 */
export interface OptimiserDeclaration<Id extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly id: Id
  readonly title: string
  /** its keys in a spec; `kind`, `rate` and `weightDecay` among them */
  readonly options: Schema
  /** how many numbers it keeps of each number of a weight */
  readonly kept: number
  step(stretch: Stretch, settings: StepSettings, options: z.output<Schema>): void
}

/** Keeps the types of a declaration. */
export function declareOptimiser<Id extends string, Schema extends z.ZodType>(
  optimiser: OptimiserDeclaration<Id, Schema>,
): OptimiserDeclaration<Id, Schema> {
  return optimiser
}
