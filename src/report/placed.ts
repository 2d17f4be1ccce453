import { sha256 } from '../bytes/hashing.js'
import { metricsOf } from '../results/evaluation.js'
import type { Evaluation, ModelResult, Results, TestSetResult } from '../results/schema.js'
import type { Facts } from './tell-apart.js'

/** An evaluation with the run that it comes from, and what it was made with. */
export interface Placed {
  readonly run: Results
  readonly evaluation: Evaluation
  /** left out where features were verified that no model of the run made */
  readonly model?: ModelResult
  readonly testSet?: TestSetResult
}

/** Every evaluation of the runs. */
export function placeEvaluations(runs: readonly Results[]): Placed[] {
  return runs.flatMap((run) =>
    run.evaluations.map((evaluation) => {
      const model = run.models.find(({ id }) => id === evaluation.model)
      const testSet = run.testSets.find(({ id }) => id === evaluation.testSet)
      return { run, evaluation, ...(model && { model }), ...(testSet && { testSet }) }
    }),
  )
}

export function isDemo({ model, testSet }: Placed): boolean {
  return model?.demo === true || testSet?.demo === true
}

/** Keys of a descriptor that name a model and change no number. */
const NAMING = new Set([
  'name',
  'file',
  'description',
  'licence',
  'provenance',
  'demo',
  'batch',
  'flip',
  'fusion',
])

/** A value's leaves by their path: `input.mean` -> `0.5,0.5,0.5`. */
function leaves(value: unknown, path: string, into: Map<string, string>): void {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value))
      leaves(inner, path === '' ? key : `${path}.${key}`, into)
  } else into.set(path, String(value))
}

/** Facts that hold of all evaluations of one table row: the network, how it is fed, the protocol, the place in a grid. */
export function settingsOf({ evaluation, model }: Placed): Facts {
  const facts = new Map<string, string>()
  const hash = model?.sha256 ?? evaluation.featuresSha256
  if (hash !== undefined) facts.set(model === undefined ? 'features' : 'network', hash.slice(0, 12))
  // The number of folds and the seed belong to one test set, or to the interval.
  const { kind, seed: _, folds: __, ...options } = evaluation.protocol
  for (const [key, value] of Object.entries(evaluation.axes ?? {}))
    facts.set(Object.hasOwn(evaluation.protocol, key) ? `axis ${key}` : key, String(value))
  facts.set('protocol', kind)
  for (const [key, value] of Object.entries(options)) facts.set(key, String(value))
  const descriptor = model?.descriptor
  if (descriptor !== null && typeof descriptor === 'object' && !Array.isArray(descriptor)) {
    const used = Object.entries(descriptor).filter(([key]) => !NAMING.has(key))
    leaves(Object.fromEntries(used), '', facts)
  }
  return facts
}

/** Facts of one measurement: the test set's file and folds. */
export function measurementFacts({ evaluation, testSet }: Placed): Facts {
  return new Map([
    [`${evaluation.testSet} file`, testSet?.fingerprint.slice(0, 12) ?? ''],
    [`${evaluation.testSet} folds`, String(evaluation.protocol.folds)],
  ])
}

/** Facts of the run: what remains to tell measurements apart that were made alike. */
export function runFacts({ provenance, seed }: Results): Facts {
  return new Map([
    ['provider', provenance.provider],
    ['program', provenance.program.version],
    ['onnxruntime', provenance.onnxruntime],
    ['threads', String(provenance.threads)],
    ['processor', provenance.processor],
    ['seed', String(seed)],
    ['started', provenance.started],
  ])
}

const hashes = new WeakMap<object, string>()

/** A run's own hash: what remains where nothing else tells two runs apart, and an order that no argument changes. */
export function hashOfRun(run: Results): string {
  const known = hashes.get(run) ?? sha256(JSON.stringify(run))
  hashes.set(run, known)
  return known
}

/** Whether a measurement is another one's repetition: the same file, the same numbers. */
export function numbersOf({ evaluation, testSet }: Placed): string {
  const { folds } = evaluation.protocol
  return JSON.stringify([testSet?.fingerprint, folds, metricsOf(evaluation)])
}

/** The latest first; runs of one moment by their hash. */
export function latestFirst(a: { readonly run: Results }, b: { readonly run: Results }): number {
  const [one, other] = [a, b].map(({ run }) => run.provenance.started)
  if (one !== other) return one < other ? 1 : -1
  const [first, second] = [a, b].map(({ run }) => hashOfRun(run))
  return first < second ? -1 : first > second ? 1 : 0
}
