import type { Identified } from './described.js'
import type { FoundSources } from './find-sources.js'
import { cellsOf } from './grid/grid-of-spec.js'
import { goalsOf, type PlannedCell } from './grid/plan.js'
import { lookAtCells, supplyOf } from './grid/plan-spec.js'
import { stepsToMake } from './grid/stage-steps.js'
import {
  datasetSteps,
  datasetsBefore,
  drawSteps,
  firstDrawings,
  sizesOf,
  verifySteps,
} from './planned-steps.js'
import type { RunOptions } from './run-options.js'
import { type LoadedSpec, testSetIds } from './spec.js'
import { inOrder } from './stages/stage.js'
import type { StageStore } from './stages/stage-store.js'
import { eachOnce, type Step } from './steps.js'

/**
 * The steps of a run before anything of it is there: what is drawn first, then all others. How long verifications take isn't
 * known yet, but how many there are. Empty where nothing is to be drawn.
 */
export async function stepsBefore(
  loaded: LoadedSpec,
  modelIds: readonly string[],
  options: RunOptions,
  store: StageStore,
): Promise<Step[]> {
  const { spec } = loaded
  const { sources } = options
  const supply = supplyOf(spec, options)
  const looking = { ...supply, lookOnly: true } as const
  const drawn = await firstDrawings(loaded, sources, supply)
  if (drawn.length === 0) return []
  const there = async (ids: readonly string[], ask: (id: string) => Promise<unknown>) => {
    const found = await Promise.all(ids.map(async (id) => (await ask(id)) !== undefined))
    return ids.filter((_, i) => found[i]).map((id) => ({ id, size: 0 }))
  }
  const models = await there(modelIds, (id) => sources.model(id, looking))
  const sets = await there(testSetIds(spec), (id) => sources.testSet(id, looking))
  const planned = await lookAtCells(loaded, cellsOf(loaded), options, store)
  return eachOnce([
    ...drawn,
    ...(await ownSteps(loaded, options)),
    ...verifySteps(models, sets),
    ...(await cellSteps(planned, store)),
  ])
}

/** The steps of a run whose recognisers and test sets are there. */
export async function stepsOf(
  loaded: LoadedSpec,
  { models, testSets }: Pick<FoundSources, 'models' | 'testSets'>,
  planned: readonly PlannedCell[],
  options: RunOptions,
  store: StageStore,
): Promise<Step[]> {
  const sets = testSets.map(({ id, value }: Identified<{ readonly imageCount: number }>) => ({
    ...{ id, size: value.imageCount },
  }))
  return eachOnce([
    ...(await ownSteps(loaded, options)),
    ...verifySteps(await sizesOf(models), sets),
    ...(await cellSteps(planned, store)),
  ])
}

async function ownSteps({ spec }: LoadedSpec, options: RunOptions): Promise<Step[]> {
  const steps: Step[] = []
  for (const dataset of spec.datasets) {
    const drawn = await drawSteps(
      'dataset',
      datasetsBefore(dataset),
      options.sources,
      supplyOf(spec, options),
    )
    steps.push(...drawn, ...datasetSteps(dataset))
  }
  return steps
}

function cellSteps(planned: readonly PlannedCell[], store: StageStore): Promise<Step[]> {
  return stepsToMake(inOrder(planned.flatMap(goalsOf)), store)
}
