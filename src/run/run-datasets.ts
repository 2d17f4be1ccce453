import { join } from 'node:path'
import { fingerprintDataset } from '../datasets/dataset-fingerprint.js'
import { openDataset } from '../datasets/open-dataset.js'
import { InputError } from '../errors.js'
import type { ImageSource } from '../features/extraction.js'
import { openImageSet } from '../features/image-set.js'
import { streamStatistics } from '../features/streamed-statistics.js'
import { frechetDistance } from '../metrics/frechet.js'
import { loadModel, type Model, requireRole } from '../models/model.js'
import { ModelSession, type SessionOptions } from '../models/session.js'
import type { Progress } from '../progress.js'
import type { Curve, DatasetResult, Metric, Missing } from '../results/schema.js'
import { type Catalogue, missing } from './catalogue.js'
import type { DatasetSpec } from './dataset-spec.js'
import { lookAtDataset } from './look-at-dataset.js'
import { makeDataset } from './make-dataset.js'
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
  readonly #models = new Map<string, Model>()
  readonly #datasets = new Map<string, { path: string; demo: boolean }>()

  constructor(private readonly options: DatasetRunOptions) {}

  async findModel(id: string): Promise<void> {
    const path = await this.options.sources.model(id, this.options.supply)
    if (path === undefined) this.missing.push(missing('model', id, this.options.catalogue))
    else this.#models.set(id, await loadModel(path))
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
      const { features, reference, images } = measure.frechet
      const found = await measureFrechet(
        inputs.model(features),
        [path, inputs.dataset(reference).path],
        images,
        options,
      )
      metrics.push(found.metric)
      notes.push(...found.notes)
    }
    if (measure.speed !== undefined && generate !== undefined) {
      const generator = requireRole(inputs.model(generate.generator), 'generator')
      metrics.push(...(await measureGeneratorSpeed(generator, measure.speed, options)))
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

async function measureFrechet(
  model: Model,
  paths: readonly [string, string],
  images: number,
  options: DatasetRunOptions,
): Promise<{ metric: Metric; notes: string[] }> {
  const features = requireRole(model, 'features')
  const session = await ModelSession.open(features, options.session)
  try {
    const statistics = []
    for (const path of paths) {
      const set = await openImageSet(path)
      const imageCount = Math.min(images, set.imageCount)
      const some: ImageSource = {
        name: set.name,
        imageCount,
        // The first of them are another set: their statistics are kept by this.
        fingerprint:
          imageCount === set.imageCount ? set.fingerprint : `${set.fingerprint}, first ${imageCount}`,
        imageName: (index) => set.imageName(index),
        read: (index) => set.read(index),
      }
      statistics.push(
        await streamStatistics(session, some, {
          progress: options.progress,
          folder: join(options.supply.cacheFolder, 'statistics'),
        }).finally(() => set.close()),
      )
    }
    const found = await frechetDistance(statistics[0], statistics[1], ['the dataset', 'the reference'])
    return {
      metric: {
        name: features.descriptor.distanceName,
        value: found.distance,
        count: Math.min(...found.images.map((count) => count ?? 0)),
        better: 'lower',
      },
      notes: found.warnings.map(({ message }) => `${features.descriptor.distanceName}: ${message}.`),
    }
  } finally {
    await session.close()
  }
}
