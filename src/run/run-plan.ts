import type { Missing } from '../results/schema.js'
import { datasetPlan } from './plan-datasets.js'
import { drawnAtFirst, verifications } from './plan-verifications.js'
import type { RunOptions } from './run-spec.js'
import type { LoadedSpec } from './spec.js'

/** A step of a run, before anything is made. */
export interface PlannedStep {
  readonly name: string
  /** whether the cache has it; undefined where telling would mean to read a dataset whole */
  readonly kept: boolean | undefined
  /** how long it takes on this machine; left out where nobody knows */
  readonly seconds?: number
  /** whether that was tried on this machine, for a moment or in a run before; else it is a guess */
  readonly measured?: boolean
}

/** What a run comes to, apart from its grid. */
export interface RunPlan {
  readonly steps: readonly PlannedStep[]
  readonly missing: readonly Missing[]
}

/**
 * Looks up what a run would do, and how much of it is kept. Nothing is made; each recogniser that has work to do computes
 * sixteen images, for its pace.
 * @throws InputError
 */
export async function planRun(
  loaded: LoadedSpec,
  modelIds: readonly string[],
  options: RunOptions,
): Promise<RunPlan> {
  const drawn = await drawnAtFirst(loaded, options)
  const datasets = await datasetPlan(loaded, options)
  const verified = await verifications(loaded, modelIds, options)
  const steps = [...drawn, ...datasets.steps, ...verified.steps]
  const missing = new Map(
    [...verified.missing, ...datasets.missing].map((one) => [`${one.kind} ${one.id}`, one]),
  )
  return {
    steps: [...new Map(steps.map((step) => [step.name, step])).values()],
    missing: [...missing.values()],
  }
}
