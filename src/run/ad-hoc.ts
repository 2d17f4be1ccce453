import { sha256 } from '../bytes/hashing.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import type { RecordedSession } from '../models/session.js'
import { type Evaluation, RESULTS_VERSION, type Results } from '../results/schema.js'
import { type DescribedTestSet, describeModel, describeTestSet, type Identified } from './described.js'
import { type Beginning, provenanceOf } from './provenance.js'

/** Results of a verification that no spec describes: one table, recognisers by test sets. */
export function adHocResults(run: {
  readonly started: Beginning
  readonly command: readonly string[]
  readonly session: RecordedSession
  readonly seed: number
  readonly folds: number
  readonly models: readonly Identified<Model<RecogniserDescriptor>>[]
  readonly testSets: readonly Identified<DescribedTestSet>[]
  readonly results: readonly Evaluation[]
  readonly warnings: readonly string[]
}): Results {
  const text = run.command.join(' ')
  const names = [...new Set(run.results.map(({ model }) => model))]
  const columns = [...new Set(run.results.map(({ testSet }) => testSet))]
  return {
    schema: 'vec2face-bench/results',
    version: RESULTS_VERSION,
    name: 'verification',
    title: 'Verification',
    description: '',
    seed: run.seed,
    spec: { sha256: sha256(text), text },
    provenance: provenanceOf({ started: run.started, command: run.command, ...run.session }),
    models: run.models.map(({ id, value }) => describeModel(id, value)),
    testSets: run.testSets.map(({ id, value }) => describeTestSet(id, value, false, run.folds)),
    evaluations: [...run.results],
    datasets: [],
    tables: [
      {
        id: 'verification',
        title: 'Verification accuracy',
        caption: '',
        rows: names.map((name) => ({ name, model: name, labels: {}, reference: {} })),
        columns: columns.map((id) => ({ id, name: id })),
        labelColumns: [],
        average: columns.length > 1,
        source: '',
      },
    ],
    missing: [],
    warnings: [...run.warnings],
  }
}
