import { InputError } from '../errors.js'
import { type NamedResults, rejectDuplicates } from '../results/runs.js'
import type {
  DatasetResult,
  Metric,
  ModelResult,
  Results,
  TestSetResult,
  Verification,
} from '../results/schema.js'

/** One recogniser on one test set. */
export interface Cell {
  readonly verification: Verification
  readonly testSet: TestSetResult
  /** left out where features were verified that no model of the run made */
  readonly model?: ModelResult
}

export interface DatasetEntry {
  readonly dataset: DatasetResult
  readonly run: Results
}

/** One side of a comparison: what its runs measured, by what it was measured on. */
export interface Side {
  readonly runs: readonly Results[]
  readonly cells: ReadonlyMap<string, Cell>
  readonly datasets: ReadonlyMap<string, DatasetEntry>
}

/** `hsface10k on lfw` */
export function cellName({ model, testSet }: Pick<Verification, 'model' | 'testSet'>): string {
  return `${model} on ${testSet}`
}

/**
 * Puts the runs of one side together. Timings of the same dataset in several runs are pooled.
 * @throws InputError where a run is there twice, or two runs measured the same thing differently
 */
export function collectSide(named: readonly NamedResults[]): Side {
  rejectDuplicates(named)
  const cells = new Map<string, Cell>()
  const datasets = new Map<string, DatasetEntry>()
  for (const { path, results } of named) {
    for (const verification of results.verification) {
      const name = cellName(verification)
      const known = cells.get(name)
      const testSet = results.testSets.find(({ id }) => id === verification.testSet)
      if (testSet === undefined)
        throw new InputError(
          `the results are damaged: no test set '${verification.testSet}'`,
          path,
          'run it again',
        )
      if (known !== undefined) {
        const agree =
          known.verification.distances === verification.distances &&
          known.testSet.fingerprint === testSet.fingerprint
        if (!agree) throw contradiction(name, path)
        continue
      }
      const model = results.models.find(({ id }) => id === verification.model)
      cells.set(name, { verification, testSet, ...(model !== undefined && { model }) })
    }
    for (const dataset of results.datasets) {
      const known = datasets.get(dataset.id)
      datasets.set(dataset.id, {
        run: known?.run ?? results,
        dataset: known === undefined ? dataset : poolDatasets(known.dataset, dataset, path),
      })
    }
  }
  return { runs: named.map(({ results }) => results), cells, datasets }
}

function contradiction(name: string, path: string): InputError {
  return new InputError(
    `${name} was measured differently in an earlier file of the same side`,
    path,
    'leave one of the two out',
  )
}

function poolDatasets(known: DatasetResult, added: DatasetResult, path: string): DatasetResult {
  const metrics = [...known.metrics]
  for (const metric of added.metrics) {
    const at = metrics.findIndex(({ name }) => name === metric.name)
    if (at < 0) metrics.push(metric)
    else if (metrics[at].samples && metric.samples) metrics[at] = poolTimings(metrics[at], metric)
    else if (metrics[at].value !== metric.value) throw contradiction(`${metric.name} of ${known.id}`, path)
  }
  return { ...known, metrics }
}

function poolTimings(a: Metric, b: Metric): Metric {
  const samples = [...(a.samples ?? []), ...(b.samples ?? [])]
  const { interval: _, standardError: __, ...rest } = a
  return { ...rest, samples, value: medianOf(samples) }
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
