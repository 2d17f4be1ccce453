import { join } from 'node:path'
import type { Doubts } from '../doubts/doubts.js'
import { imageCountOf } from '../features/dataset-features.js'
import { askedFor } from '../measures/list.js'
import { type Model, requireRole } from '../models/model.js'
import { generatorPipeline, type Pipeline } from '../models/pipeline.js'
import type { DatasetResult, Missing } from '../results/schema.js'
import { datasetDoubts } from './dataset-doubts.js'
import { type DatasetSpec, type GenerateSpec, networkIdsOf } from './dataset-spec.js'
import { datasetStage } from './dataset-stage.js'
import type { Identified } from './described.js'
import { keptOut, showsFaces } from './faces.js'
import { type InputOptions, Inputs } from './inputs.js'
import { type LaboratoryOptions, laboratoryOf, takeAll } from './laboratory.js'
import { MeasuredDataset } from './measured-dataset.js'
import type { DatasetLocation, SupplyOptions } from './sources.js'
import type { MadeImages } from './stages/images.js'
import type { Stage } from './stages/stage.js'
import type { StageStore } from './stages/stage-store.js'

export interface DatasetRunOptions extends InputOptions, LaboratoryOptions {
  readonly supply: SupplyOptions
  readonly doubts: Doubts
  readonly store: StageStore
}

/** What a dataset of a spec came to, or what it lacked. */
export type DatasetOutcome =
  | { readonly result: DatasetResult; readonly models: readonly Identified<Model>[] }
  | { readonly missing: readonly Missing[] }

/** Generates (or finds) a dataset and measures what its spec asks for. @throws InputError */
export async function runDataset(spec: DatasetSpec, options: DatasetRunOptions): Promise<DatasetOutcome> {
  const { generate } = spec
  const asked = askedFor(spec.measure)
  const inputs = new Inputs(options)
  if (generate === undefined) await inputs.findDataset(spec.id)
  else await findIngredients(generate, inputs)
  await inputs.find(asked)
  if (inputs.missing.length > 0) return { missing: inputs.missing }
  const made = generate && (await options.store.take(await stageOf(spec.name, generate, inputs, options)))
  const location: DatasetLocation = made
    ? { path: join(options.supply.cacheFolder, made.path), demo: made.demo }
    : inputs.dataset(spec.id)
  const { path, demo, reading } = location
  const keptBack = keptOut(spec.id, location, options.faces)
  if (keptBack !== undefined) options.log(keptBack)
  const generator = generate && pipelineOf(inputs.model(generate.generator))
  const laboratory = laboratoryOf(inputs, options, generator)
  const subject = new MeasuredDataset(
    path,
    spec.name,
    showsFaces(location, options.faces),
    laboratory,
    made?.fingerprint,
    reading,
  )
  try {
    const dataset = await subject.dataset()
    const fingerprint = await subject.fingerprint()
    const leftOut = await subject.leftOut()
    const measured = await takeAll(asked, subject, inputs, options)
    const metrics = measured.flatMap(({ metrics = [] }) => metrics)
    const doubts = await datasetDoubts({ id: spec.id, open: async () => dataset }, inputs.models, metrics)
    options.doubts.add(doubts)
    return {
      models: inputs.models,
      result: {
        id: spec.id,
        name: spec.name,
        demo,
        identities: made?.identities ?? dataset.identityCount ?? 0,
        images: made?.images ?? (await imageCountOf(dataset)),
        fingerprint,
        ...(made && { recipe: made.recipe }),
        metrics,
        curves: measured.flatMap(({ curves = [] }) => curves),
        pictures: measured.flatMap(({ pictures = [] }) => pictures),
        ...(leftOut !== undefined && { leftOut: leftOut.counts }),
        notes: [
          ...doubts.map(({ text }) => text),
          ...(made?.notes ?? []),
          ...(leftOut?.notes ?? []),
          ...measured.flatMap(({ notes = [] }) => notes),
        ],
      },
    }
  } finally {
    await subject.close()
    await laboratory.close()
  }
}

/** Looks up what a dataset is generated from. */
export async function findIngredients(generate: GenerateSpec, inputs: Inputs): Promise<void> {
  for (const id of networkIdsOf(generate)) await inputs.findModel(id)
  await inputs.findDataset(generate.identityFeatures)
}

/** How a dataset is made whose ingredients were found. */
export async function stageOf(
  title: string,
  generate: GenerateSpec,
  inputs: Inputs,
  { seed, session, supply, progress }: Pick<LaboratoryOptions, 'seed' | 'session' | 'supply' | 'progress'>,
): Promise<Stage<MadeImages>> {
  const { path } = inputs.dataset(generate.identityFeatures)
  const found = {
    ...{ title, seed },
    generator: inputs.model(generate.generator),
    identityFeatures: { path, sha256: await inputs.hashOf(path) },
    network: (id: string) => inputs.model(id),
  }
  const { cacheFolder } = supply
  return datasetStage(generate, found, { ...session, cacheFolder, progress })
}

function pipelineOf(model: Model): Pipeline {
  const { descriptor, path } = requireRole(model, 'generator')
  return generatorPipeline(descriptor.name, path, descriptor)
}
