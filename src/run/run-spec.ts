import { Doubts } from '../doubts/doubts.js'
import type { GridResult } from '../results/grid.js'
import {
  type Missing,
  type ModelResult,
  RESULTS_VERSION,
  type Results,
  type Training,
} from '../results/schema.js'
import { describeModel, describeTestSet } from './described.js'
import { keptOut } from './faces.js'
import { findSources } from './find-sources.js'
import { cellsOf, gridOf, pointsOf } from './grid/grid-of-spec.js'
import { planCells } from './grid/plan.js'
import { runCell } from './grid/run-grid.js'
import { madeLine, stageStep } from './grid/stage-steps.js'
import { datasetSteps } from './planned-steps.js'
import { beginning, provenanceOf } from './provenance.js'
import { runDataset } from './run-datasets.js'
import type { RunOptions } from './run-options.js'
import { stepsBefore, stepsOf } from './run-steps.js'
import { type LoadedSpec, modelIdsOf } from './spec.js'
import { StageStore } from './stages/stage-store.js'
import { Steps } from './steps.js'
import { layOutTable } from './tables.js'
import { verifyModels } from './verify-models.js'

/**
 * Executes a spec: finds what it names, lists what is missing, measures the rest.
 * @throws InputError at broken input; what was measured until then has been handed to `onPartial`
 */
export async function runSpec(loaded: LoadedSpec, options: RunOptions): Promise<Results> {
  const { spec } = loaded
  const started = beginning()
  const cells = cellsOf(loaded)
  const points = pointsOf(cells)
  const tables = await Promise.all(spec.tables.map((table) => layOutTable(table, loaded.path, points)))
  const modelIds = modelIdsOf(spec)
  const store = new StageStore({
    ...{ cacheFolder: options.cacheFolder, log: options.log, threads: options.session.threads },
    onBegin: (stage) => steps.begin(stageStep(stage)),
    onMade: (stage, seconds) => options.onMade?.(madeLine(stage, seconds)),
  })
  const steps = new Steps(await stepsBefore(loaded, modelIds, options, store), options.progress)
  const onStep = (name: string): void => steps.begin(name)
  const plan = await findSources(loaded, modelIds, { ...options, onStep })
  const tell = ({ kind, id, howToGet }: Missing) => options.log(`missing ${kind} '${id}': ${howToGet}`)
  plan.missing.forEach(tell)
  const miss = (entry: Missing): void => {
    if (plan.missing.some(({ kind, id }) => kind === entry.kind && id === entry.id)) return
    tell(entry)
    plan.missing.push(entry)
  }
  const doubts = new Doubts(({ text }) => options.log(`warning: ${text}`))
  const evaluations: Results['evaluations'] = []
  const datasets: Results['datasets'] = []
  const trainings: Training[] = []
  const models = new Map<string, ModelResult>()
  const grid = cells.length === 0 ? undefined : { ...gridOf(loaded), cells: [] as GridResult['cells'] }
  const results = (): Results => ({
    schema: 'vec2face-bench/results',
    version: RESULTS_VERSION,
    name: spec.name,
    title: spec.title,
    description: spec.description,
    seed: spec.seed,
    spec: { sha256: loaded.sha256, text: loaded.text },
    provenance: provenanceOf({ started, command: options.command, ...options.session }),
    models: [
      ...new Map([
        ...models,
        ...plan.models.map(({ id, value }) => [id, describeModel(id, value)] as const),
      ]).values(),
    ],
    testSets: plan.testSets.map(({ id, value, demo }) =>
      describeTestSet(id, value, demo, spec.protocol.folds),
    ),
    evaluations: [...evaluations],
    datasets: [...datasets],
    tables,
    ...(grid !== undefined && { grid: { ...grid, cells: [...grid.cells] } }),
    ...(trainings.length > 0 && { trainings: [...trainings] }),
    missing: plan.missing,
    warnings: doubts.texts,
  })
  const planned = await planCells(loaded, cells, { ...options, ...plan, doubts, store, onStep })
  steps.plan(await stepsOf(loaded, plan, planned, options, store))
  try {
    for (const dataset of spec.datasets) {
      const outcome = await runDataset(dataset, {
        ...{ ...options, ...plan, doubts, onStep, store },
        seed: spec.seed,
      })
      if ('missing' in outcome) {
        outcome.missing.forEach(miss)
        steps.drop(datasetSteps(dataset).map(({ name }) => name))
        continue
      }
      datasets.push(outcome.result)
      for (const { id, value } of outcome.models) models.set(id, describeModel(id, value))
      await options.onPartial?.(results())
    }
    for (const set of plan.testSets) {
      const line = keptOut(set.id, set, options.faces)
      if (line !== undefined) options.log(line)
    }
    await verifyModels(plan.models, plan.testSets, {
      protocol: spec.protocol,
      seed: spec.seed,
      session: options.session,
      cache: options.cache,
      progress: options.progress,
      doubts,
      onStep,
      faces: options.faces ?? 'rendered',
      async onResult(result) {
        evaluations.push(result)
        await options.onPartial?.(results())
      },
    })
    for (const [number, cell] of planned.entries()) {
      cell.missing.forEach(miss)
      const outcome = await runCell(cell, store, options.failedCells?.get(number))
      grid?.cells.push(outcome.cell)
      if (outcome.cell.failure !== undefined) options.log(`${cell.cell.name}: ${outcome.cell.failure}`)
      if (outcome.dataset !== undefined && !datasets.some(({ id }) => id === outcome.dataset?.id))
        datasets.push(outcome.dataset)
      if (outcome.training !== undefined) trainings.push(outcome.training)
      for (const model of outcome.models) models.set(model.id, model)
      for (const { doubts: own } of outcome.evaluations) doubts.add(own)
      evaluations.push(...outcome.evaluations)
      await options.onPartial?.(results())
    }
    return results()
  } finally {
    for (const { value } of plan.testSets) await value.close()
  }
}
