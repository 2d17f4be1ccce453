import { join } from 'node:path'
import { fingerprintDataset } from '../datasets/dataset-fingerprint.js'
import { openDataset } from '../datasets/open-dataset.js'
import { InputError } from '../errors.js'
import { loadModel, type Model, requireRole } from '../models/model.js'
import { type Pipeline, readPipeline, singleNetwork } from '../models/pipeline.js'
import type { SessionOptions } from '../models/session.js'
import type { Progress } from '../progress.js'
import type { Curve, DatasetResult, Metric, Missing } from '../results/schema.js'
import { type Catalogue, missing } from './catalogue.js'
import type { DatasetSpec } from './dataset-spec.js'
import { lookAtDataset } from './look-at-dataset.js'
import { makeDataset } from './make-dataset.js'
import { measureFrechet } from './measure-frechet.js'
import { measureSeparability } from './measure-separability.js'
import { measureGeneratorSpeed } from './measure-speed.js'
import type { Sources, SupplyOptions } from './sources.js'
import type { Identified } from './verify-models.js'

export interface DatasetRunOptions {
  readonly sources: Sources
  readonly supply: SupplyOptions
  readonly catalogue: Catalogue
  readonly seed: number
  readonly session: Required<SessionOptions>
  readonly progress: Progress
}

/** What a dataset of a spec came to, or what it lacked. */
export type DatasetOutcome =
  | { readonly result: DatasetResult; readonly models: readonly Identified<Model>[] }
  | { readonly missing: readonly Missing[] }

/** Where everything lies that a dataset needs, by id. */
class Inputs {
  readonly missing: Missing[] = []
  /** of a generator that this program doesn't run, to be timed */
  pipeline: Pipeline | undefined
  readonly #models = new Map<string, Model>()
  readonly #datasets = new Map<string, { path: string; demo: boolean }>()

  constructor(private readonly options: DatasetRunOptions) {}

  async findModel(id: string): Promise<void> {
    const path = await this.options.sources.model(id, this.options.supply)
    if (path === undefined) this.missing.push(missing('model', id, this.options.catalogue))
    else this.#models.set(id, await loadModel(path))
  }

  async findPipeline(id: string): Promise<void> {
    const path = await this.options.sources.model(id, this.options.supply)
    if (path === undefined) this.missing.push(missing('model', id, this.options.catalogue))
    else this.pipeline = await readPipeline(path)
  }

  async findDataset(id: string): Promise<void> {
    const location = await this.options.sources.dataset(id, this.options.supply)
    if (location === undefined) this.missing.push(missing('dataset', id, this.options.catalogue))
    else this.#datasets.set(id, location)
  }

  model(id: string): Model {
    const model = this.#models.get(id)
    if (model === undefined) throw new InputError(`the model '${id}' was not looked up`)
    return model
  }

  dataset(id: string): { path: string; demo: boolean } {
    const location = this.#datasets.get(id)
    if (location === undefined) throw new InputError(`the dataset '${id}' was not looked up`)
    return location
  }

  get models(): Identified<Model>[] {
    return [...this.#models].map(([id, value]) => ({ id, value }))
  }
}

/** Generates (or finds) a dataset and measures what its spec asks for. @throws InputError */
export async function runDataset(spec: DatasetSpec, options: DatasetRunOptions): Promise<DatasetOutcome> {
  const { generate, measure } = spec
  const inputs = new Inputs(options)
  const models = [
    ...(generate === undefined ? [] : [generate.generator]),
    ...(measure.separability?.recognisers ?? []),
    ...(measure.frechet === undefined ? [] : [measure.frechet.features]),
  ]
  for (const id of models) await inputs.findModel(id)
  if (measure.speed?.pipeline !== undefined) await inputs.findPipeline(measure.speed.pipeline)
  await inputs.findDataset(generate === undefined ? spec.id : generate.identityFeatures)
  if (measure.frechet !== undefined) await inputs.findDataset(measure.frechet.reference)
  if (inputs.missing.length > 0) return { missing: inputs.missing }

  const made =
    generate === undefined
      ? undefined
      : await makeDataset(
          generate,
          {
            generator: inputs.model(generate.generator),
            identityFeatures: inputs.dataset(generate.identityFeatures).path,
          },
          { ...options, threads: options.session.threads, cacheFolder: options.supply.cacheFolder },
        )
  const path = made?.path ?? inputs.dataset(spec.id).path
  const dataset = await openDataset(path)
  try {
    const metrics: Metric[] = []
    const curves: Curve[] = []
    const notes: string[] = []
    for (const id of measure.separability?.recognisers ?? []) {
      const recogniser = { id, value: requireRole(inputs.model(id), 'recogniser') }
      const found = await measureSeparability(
        dataset,
        recogniser,
        measure.separability?.thresholds ?? [0.4],
        options,
      )
      metrics.push(...found.metrics)
      curves.push(...found.curves)
    }
    if (measure.frechet !== undefined) {
      const { features, reference } = measure.frechet
      const paths = { dataset: path, reference: inputs.dataset(reference).path }
      const found = await measureFrechet(inputs.model(features), paths, measure.frechet, {
        ...options,
        statistics: join(options.supply.cacheFolder, 'statistics'),
      })
      metrics.push(found.metric)
      notes.push(...found.notes)
    }
    if (measure.speed !== undefined) {
      const timed = inputs.pipeline ?? (generate && generatorPipeline(inputs.model(generate.generator)))
      if (timed !== undefined) metrics.push(...(await measureGeneratorSpeed(timed, measure.speed, options)))
    }
    const demo = made?.manifest.demo ?? inputs.dataset(spec.id).demo
    return {
      models: inputs.models,
      result: {
        id: spec.id,
        name: spec.name,
        demo,
        identities: made?.manifest.identities ?? dataset.identityCount ?? 0,
        images: made?.manifest.images ?? dataset.imageCount ?? 0,
        fingerprint: made?.manifest.content.sha256 ?? (await fingerprintDataset(dataset)),
        ...(made !== undefined && { recipe: JSON.parse(JSON.stringify(made.manifest.plan)) }),
        metrics,
        curves,
        pictures: measure.contactSheets && demo ? await lookAtDataset(dataset, spec.name) : [],
        notes,
      },
    }
  } finally {
    await dataset.close()
  }
}

function generatorPipeline(model: Model): Pipeline {
  const { descriptor, path } = requireRole(model, 'generator')
  return singleNetwork(descriptor.name, path)
}
