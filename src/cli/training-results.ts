import { join } from 'node:path'
import { sha256 } from '../bytes/hashing.js'
import type { Model } from '../models/model.js'
import type { RecordedSession } from '../models/session.js'
import { writeResults } from '../results/file.js'
import { RESULTS_VERSION, type Results } from '../results/schema.js'
import { describeModel } from '../run/described.js'
import { type Beginning, provenanceOf } from '../run/provenance.js'
import { trainingCurves } from '../run/trainers/training-curves.js'
import type { CurveLine } from '../training/curve.js'

/** A training by itself, as `report` takes it. */
export interface TrainedAlone {
  /** `recogniser`, `generator` */
  readonly what: string
  readonly model: Model
  readonly spec: { readonly seed: number }
  readonly dataset: string
  readonly lines: readonly CurveLine[]
  readonly started: Beginning
  readonly session: RecordedSession
  /** the run's folder */
  readonly folder: string
}

/** Writes the results of a training into its run's folder. @returns their path @throws InputError */
export async function writeTrainingResults(trained: TrainedAlone): Promise<string> {
  const { what, model, spec, dataset, lines, started, session, folder } = trained
  const text = `${JSON.stringify(spec, undefined, 1)}\n`
  const { name } = model.descriptor
  const results: Results = {
    schema: 'vec2face-bench/results',
    version: RESULTS_VERSION,
    name,
    title: `Training of ${name}`,
    description: `The training of a ${what} on ${dataset}.`,
    seed: spec.seed,
    spec: { sha256: sha256(text), text },
    provenance: provenanceOf({ started, command: process.argv.slice(2), ...session }),
    models: [describeModel(name, model)],
    ...{ testSets: [], evaluations: [], datasets: [], tables: [], missing: [], warnings: [] },
    trainings: [
      {
        ...{ name, network: model.sha256, seed: spec.seed, dataset },
        recipe: JSON.parse(JSON.stringify(spec)),
        curves: trainingCurves(lines),
      },
    ],
  }
  const path = join(folder, 'results.json')
  await writeResults(path, results)
  return path
}
