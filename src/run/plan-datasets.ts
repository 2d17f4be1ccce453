import { join } from 'node:path'
import { askedFor } from '../measures/list.js'
import type { Asked } from '../measures/measure.js'
import type { Missing } from '../results/schema.js'
import { readCatalogue } from './catalogue.js'
import type { DatasetSpec } from './dataset-spec.js'
import { showsFaces } from './faces.js'
import { Estimates } from './grid/estimates.js'
import { supplyOf } from './grid/plan-spec.js'
import { stageStep } from './grid/stage-steps.js'
import { Inputs } from './inputs.js'
import { isTaken, type LaboratoryOptions, laboratoryOf } from './laboratory.js'
import { MeasuredDataset } from './measured-dataset.js'
import { drawnSteps } from './plan-verifications.js'
import { datasetsBefore, drawSteps } from './planned-steps.js'
import { findIngredients, stageOf } from './run-datasets.js'
import type { RunOptions } from './run-options.js'
import type { LoadedSpec } from './spec.js'
import type { MadeImages } from './stages/images.js'
import { inOrder } from './stages/stage.js'
import { StageStore } from './stages/stage-store.js'
import { measureStep, type PlannedStep } from './steps.js'

interface DatasetPlan {
  readonly steps: PlannedStep[]
  readonly missing: Missing[]
}

/** What is made of a spec's datasets and measured on them. @throws InputError */
export async function datasetPlan(loaded: LoadedSpec, options: RunOptions): Promise<DatasetPlan> {
  const { spec, path } = loaded
  const catalogue = await readCatalogue(path, spec.catalogue)
  const looking = { ...supplyOf(spec, options), lookOnly: true } as const
  const { cacheFolder, log, session } = options
  const store = new StageStore({ cacheFolder, log, threads: session.threads })
  const estimates = await Estimates.of(store)
  const steps: PlannedStep[] = []
  const missing: Missing[] = []
  for (const dataset of spec.datasets) {
    const inputs = new Inputs({ sources: options.sources, supply: looking, catalogue })
    const { generate, measure } = dataset
    if (generate === undefined) await inputs.findDataset(dataset.id)
    else await findIngredients(generate, inputs)
    await inputs.find(askedFor(measure))
    missing.push(...inputs.missing)
    if (inputs.missing.length > 0) continue
    const laboratory = { ...options, supply: looking, seed: spec.seed }
    steps.push(...drawnSteps(await drawSteps('dataset', datasetsBefore(dataset), options.sources, looking)))
    let made: MadeImages | undefined
    if (generate !== undefined) {
      const goal = await stageOf(dataset.name, generate, inputs, laboratory)
      made = await store.kept(goal)
      for (const stage of inOrder([goal])) {
        const { seconds, basis } = estimates.for(stage)
        const kept = made !== undefined || (await store.kept(stage)) !== undefined
        steps.push({ name: stageStep(stage), kept, ...(!kept && { seconds, measured: basis !== 'guess' }) })
      }
    }
    steps.push(...(await measureSteps(dataset, made, inputs, laboratory)))
  }
  return { steps, missing }
}

/** What datasets are that exist, and those that they are compared with, is told by reading them whole: that isn't done here. */
async function measureSteps(
  { name, generate, measure }: DatasetSpec,
  made: MadeImages | undefined,
  inputs: Inputs,
  options: LaboratoryOptions,
): Promise<PlannedStep[]> {
  const asked = askedFor(measure)
  const isKept = async (one: Asked): Promise<boolean | undefined> => {
    if (one.measure.timed === true || (generate !== undefined && made === undefined)) return false
    if (made === undefined || (one.needs.references ?? []).length > 0) return undefined
    const laboratory = laboratoryOf(inputs, options, undefined)
    const path = join(options.supply.cacheFolder, made.path)
    const shows = showsFaces(made, options.faces)
    const subject = new MeasuredDataset(path, name, shows, laboratory, made.fingerprint)
    try {
      return await isTaken(one, subject, inputs, options)
    } finally {
      await subject.close()
      await laboratory.close()
    }
  }
  return Promise.all(
    asked.map(async (one) => ({ name: measureStep(one.measure, name), kept: await isKept(one) })),
  )
}
