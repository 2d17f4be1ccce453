import type { Missing } from '../results/schema.js'
import { datasetPlan } from './plan-datasets.js'
import { drawnAtFirst, verifications } from './plan-verifications.js'
import type { RunOptions } from './run-options.js'
import type { LoadedSpec } from './spec.js'
import { eachOnce, type PlannedStep } from './steps.js'

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
    steps: eachOnce(steps),
    missing: [...missing.values()],
  }
}
