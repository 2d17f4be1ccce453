import { Doubts } from '../doubts/doubts.js'
import type { FeatureCache } from '../features/cache.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import { loadModel, type Model, requireRole } from '../models/model.js'
import type { SessionOptions } from '../models/session.js'
import type { Progress } from '../progress.js'
import { type Missing, RESULTS_VERSION, type Results } from '../results/schema.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import type { TestSet } from '../test-sets/test-set.js'
import { type Catalogue, missing, readCatalogue } from './catalogue.js'
import { datasetSteps, stepsOf } from './planned-steps.js'
import { provenanceOf } from './provenance.js'
import { runDataset } from './run-datasets.js'
import type { Sources, SupplyOptions } from './sources.js'
import type { LoadedSpec } from './spec.js'
import { Steps } from './steps.js'
import { layOutTable } from './tables.js'
import { describeModel, describeTestSet, type Identified, verifyModels } from './verify-models.js'

export interface RunOptions {
  readonly sources: Sources
  readonly session: Required<SessionOptions>
  readonly cacheFolder: string
  readonly cache: FeatureCache
  readonly progress: Progress
  readonly command: readonly string[]
  /** overrides the spec's */
  readonly pairsPerFold?: number | 'all'
  readonly log: (message: string) => void
  /** called with what is there after each measurement, so that an interrupted run loses nothing */
  readonly onPartial?: (results: Results) => Promise<void>
}

/** Everything that a spec names and that was found, and what was not. */
interface Plan {
  readonly models: Identified<Model<RecogniserDescriptor>>[]
  readonly testSets: (Identified<TestSet> & { readonly demo: boolean })[]
  readonly missing: Missing[]
  readonly catalogue: Catalogue
  readonly supply: SupplyOptions
}

/**
 * Executes a spec: finds what it names, lists what is missing, measures the rest.
 * @throws InputError at broken input; what was measured until then has been handed to `onPartial`
 */
export async function runSpec(loaded: LoadedSpec, options: RunOptions): Promise<Results> {
  const { spec } = loaded
  const started = new Date()
  const tables = await Promise.all(spec.tables.map((table) => layOutTable(table, loaded.path)))
  const plan = await findSources(
    loaded,
    tables.flatMap((table) => table.rows.flatMap(({ model }) => model ?? [])),
    options,
  )
  for (const { kind, id, howToGet } of plan.missing) options.log(`missing ${kind} '${id}': ${howToGet}`)
  const doubts = new Doubts(({ text }) => options.log(`warning: ${text}`))
  const evaluations: Results['evaluations'] = []
  const datasets: Results['datasets'] = []
  const datasetModels = new Map<string, Model>()
  const results = (): Results => ({
    schema: 'vec2face-bench/results',
    version: RESULTS_VERSION,
    name: spec.name,
    title: spec.title,
    description: spec.description,
    seed: spec.seed,
    spec: { sha256: loaded.sha256, text: loaded.text },
    provenance: provenanceOf({ started, command: options.command, ...options.session }),
    models: [...new Map([...datasetModels, ...plan.models.map(({ id, value }) => [id, value] as const)])].map(
      ([id, model]) => describeModel(id, model),
    ),
    testSets: plan.testSets.map(({ id, value, demo }) =>
      describeTestSet(id, value, demo, spec.protocol.folds),
    ),
    evaluations: [...evaluations],
    datasets: [...datasets],
    tables,
    missing: plan.missing,
    warnings: doubts.texts,
  })
  const steps = new Steps(await stepsOf(spec.datasets, plan.models, plan.testSets), options.progress)
  const onStep = (name: string): void => steps.begin(name)
  try {
    for (const dataset of spec.datasets) {
      const outcome = await runDataset(dataset, { ...options, ...plan, doubts, onStep, seed: spec.seed })
      if ('missing' in outcome) {
        for (const entry of outcome.missing) {
          options.log(`missing ${entry.kind} '${entry.id}': ${entry.howToGet}`)
          plan.missing.push(entry)
        }
        steps.drop(datasetSteps(dataset).map(({ name }) => name))
        continue
      }
      datasets.push(outcome.result)
      for (const { id, value } of outcome.models) datasetModels.set(id, value)
      await options.onPartial?.(results())
    }
    await verifyModels(plan.models, plan.testSets, {
      protocol: spec.protocol,
      seed: spec.seed,
      session: options.session,
      cache: options.cache,
      progress: options.progress,
      doubts,
      onStep,
      async onResult(result) {
        evaluations.push(result)
        await options.onPartial?.(results())
      },
    })
    return results()
  } finally {
    for (const { value } of plan.testSets) await value.close()
  }
}

async function findSources(
  loaded: LoadedSpec,
  modelIds: readonly string[],
  options: RunOptions,
): Promise<Plan> {
  const { spec } = loaded
  const catalogue = await readCatalogue(loaded.path, spec.catalogue)
  const pairsPerFold = options.pairsPerFold ?? spec.pairsPerFold
  const supply: SupplyOptions = {
    cacheFolder: options.cacheFolder,
    progress: options.progress,
    ...(pairsPerFold !== undefined && pairsPerFold !== 'all' && { pairsPerFold }),
  }
  const plan: Plan = { models: [], testSets: [], missing: [], catalogue, supply }
  for (const id of new Set(modelIds)) {
    const path = await options.sources.model(id, supply)
    if (path === undefined) plan.missing.push(missing('model', id, catalogue))
    else plan.models.push({ id, value: requireRole(await loadModel(path), 'recogniser') })
  }
  for (const id of new Set(spec.tables.flatMap(({ columns }) => Object.keys(columns)))) {
    const location = await options.sources.testSet(id, supply)
    if (location === undefined) plan.missing.push(missing('test set', id, catalogue))
    else {
      const value = await openTestSet(location.path, { images: location.images, name: id })
      plan.testSets.push({ id, value, demo: location.demo })
    }
  }
  return plan
}
