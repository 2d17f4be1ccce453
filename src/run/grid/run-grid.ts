import { InputError } from '../../errors.js'
import type { GridResult } from '../../results/grid.js'
import type { DatasetResult, Evaluation, ModelResult, Training } from '../../results/schema.js'
import type { StageStore } from '../stages/stage-store.js'
import type { PlannedCell } from './plan.js'

/** What a cell came to. */
export interface CellOutcome {
  readonly cell: GridResult['cells'][number]
  readonly dataset?: DatasetResult
  readonly training?: Training
  readonly models: readonly ModelResult[]
  readonly evaluations: readonly Evaluation[]
}

/**
 * Makes a cell, or finds what was made of it. What can't be made is told in the outcome: other cells go on.
 * @param failed why others could not make it: it is not tried again
 * @throws what is no InputError
 */
export async function runCell(
  planned: PlannedCell,
  store: StageStore,
  failed?: string,
): Promise<CellOutcome> {
  const { cell, missing } = planned
  const models: ModelResult[] = []
  const evaluations: Evaluation[] = []
  let dataset: DatasetResult | undefined
  let training: Training | undefined
  let failure = missing.length === 0 ? failed : `missing: ${missing.map(({ id }) => id).join(', ')}`
  if (failed !== undefined)
    return { cell: { point: cell.point, seed: cell.seed, failure: failed }, models, evaluations }
  try {
    if (planned.measured !== undefined) {
      const measured = await store.take(planned.measured)
      // Cells of one content share what was measured, under the name that each has for it.
      const id = planned.dataset ?? measured.dataset.id
      dataset = { ...measured.dataset, id, name: id }
      models.push(...measured.models)
    }
    if (planned.trained !== undefined) {
      const { curves, notes, sha256: network } = await store.take(planned.trained)
      const { name, point, seed, spec } = cell
      const recipe = JSON.parse(JSON.stringify(spec.train))
      training = { ...{ name, network, recipe, seed, point, curves }, dataset: planned.dataset ?? name }
      if (dataset !== undefined) dataset = { ...dataset, notes: [...dataset.notes, ...notes] }
    }
    for (const stage of planned.verified) {
      const { model, evaluation } = await store.take(stage)
      const id = planned.model ?? model.id
      models.push({ ...model, id })
      evaluations.push({ ...evaluation, model: id, axes: { ...cell.point, seed: cell.seed } })
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    failure = error.message
  }
  return {
    cell: {
      ...{ point: cell.point, seed: cell.seed },
      ...(dataset && { dataset: dataset.id }),
      ...(planned.model !== undefined && evaluations.length > 0 && { model: planned.model }),
      ...(failure !== undefined && { failure }),
    },
    ...(dataset && { dataset }),
    ...(training && { training }),
    ...{ models, evaluations },
  }
}
