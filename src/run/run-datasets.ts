import type { Doubts } from '../doubts/doubts.js'
import { imageCountOf } from '../features/dataset-features.js'
import { countsText } from '../generate/attrop/outcome-counts.js'
import { askedFor } from '../measures/list.js'
import { type Model, requireRole } from '../models/model.js'
import { type Pipeline, singleNetwork } from '../models/pipeline.js'
import type { DatasetResult, Missing } from '../results/schema.js'
import { idsOf } from './attrop-spec.js'
import { datasetDoubts } from './dataset-doubts.js'
import type { DatasetSpec } from './dataset-spec.js'
import { type InputOptions, Inputs } from './inputs.js'
import { type LaboratoryOptions, laboratoryOf, takeAll } from './laboratory.js'
import { type MadeDataset, makeDataset } from './make-dataset.js'
import { MeasuredDataset } from './measured-dataset.js'
import type { DatasetLocation, SupplyOptions } from './sources.js'
import { generateStep } from './steps.js'
import type { Identified } from './verify-models.js'

export interface DatasetRunOptions extends InputOptions, LaboratoryOptions {
  readonly supply: SupplyOptions
  readonly doubts: Doubts
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
  if (generate !== undefined) await inputs.findModel(generate.generator)
  for (const id of generate?.attrop ? idsOf(generate.attrop) : []) await inputs.findModel(id)
  await inputs.findDataset(generate === undefined ? spec.id : generate.identityFeatures)
  await inputs.find(asked)
  if (inputs.missing.length > 0) return { missing: inputs.missing }
  if (generate !== undefined) options.onStep?.(generateStep(spec.name))
  const made = generate && (await make(generate, inputs, options))
  const { path, demo, reading }: DatasetLocation = made
    ? { path: made.path, demo: made.manifest.demo }
    : inputs.dataset(spec.id)
  const generator = generate && generatorPipeline(inputs.model(generate.generator))
  const laboratory = laboratoryOf(inputs, options, generator)
  const subject = new MeasuredDataset(
    path,
    spec.name,
    demo,
    laboratory,
    made?.manifest.content.sha256,
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
        identities: made?.manifest.identities ?? dataset.identityCount ?? 0,
        images: made?.manifest.images ?? (await imageCountOf(dataset)),
        fingerprint,
        ...(made && { recipe: JSON.parse(JSON.stringify(made.manifest.plan)) }),
        metrics,
        curves: measured.flatMap(({ curves = [] }) => curves),
        pictures: measured.flatMap(({ pictures = [] }) => pictures),
        ...(leftOut !== undefined && { leftOut: leftOut.counts }),
        notes: [
          ...doubts.map(({ text }) => text),
          ...(made?.manifest.attrop ? [`${countsText(made.manifest.attrop)}.`] : []),
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

function make(
  generate: NonNullable<DatasetSpec['generate']>,
  inputs: Inputs,
  { seed, session, supply, progress }: DatasetRunOptions,
): Promise<MadeDataset> {
  const found = {
    generator: inputs.model(generate.generator),
    identityFeatures: inputs.dataset(generate.identityFeatures).path,
    attropModel: (id: string) => inputs.model(id),
  }
  const { cacheFolder } = supply
  return makeDataset(generate, found, { seed, threads: session.threads, cacheFolder, progress })
}

function generatorPipeline(model: Model): Pipeline {
  const { descriptor, path } = requireRole(model, 'generator')
  return singleNetwork(descriptor.name, path)
}
