import { InputError } from '../errors.js'
import { metricWords } from '../measures/metric-words.js'
import {
  type EvaluationOf,
  isOf,
  metricsOf,
  type ProtocolKind,
  type TestSetOf,
} from '../results/evaluation.js'
import { sameMetric } from '../results/metric.js'
import { type NamedResults, rejectDuplicates } from '../results/runs.js'
import type {
  DatasetResult,
  Evaluation,
  Metric,
  ModelResult,
  Results,
  TestSetResult,
} from '../results/schema.js'

/** One recogniser on one test set. */
export interface Cell {
  readonly evaluation: Evaluation
  readonly testSet: TestSetResult
  /** left out where features were verified that no model of the run made */
  readonly model?: ModelResult
}

/** A cell whose evaluation and test set are of one protocol. */
export type CellOf<K extends ProtocolKind> = Cell & {
  readonly evaluation: EvaluationOf<K>
  readonly testSet: TestSetOf<K>
}

export function isCellOf<K extends ProtocolKind>(cell: Cell, kind: K): cell is CellOf<K> {
  return isOf(cell.evaluation, kind) && cell.testSet.kind === kind
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

/** `hsface10k on lfw`, `hsface10k on lfw (sigma 0.3)` */
export function cellName({ model, testSet, axes }: Pick<Evaluation, 'model' | 'testSet' | 'axes'>): string {
  const settings = Object.entries(axes ?? {}).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return `${model} on ${testSet}${settings.length === 0 ? '' : ` (${settings.map(([key, value]) => `${key} ${value}`).join(', ')})`}`
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
    for (const evaluation of results.evaluations) {
      const name = cellName(evaluation)
      const known = cells.get(name)
      const testSet = results.testSets.find(({ id }) => id === evaluation.testSet)
      if (testSet === undefined)
        throw new InputError(
          `the results are damaged: no test set '${evaluation.testSet}'`,
          path,
          'run it again',
        )
      if (known !== undefined) {
        const agree =
          sameEvaluation(known.evaluation, evaluation) && known.testSet.fingerprint === testSet.fingerprint
        if (!agree) throw contradiction(name, path)
        continue
      }
      const model = results.models.find(({ id }) => id === evaluation.model)
      cells.set(name, { evaluation, testSet, ...(model !== undefined && { model }) })
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

/** Whether two evaluations found the same in the same way; how long they took may differ. */
function sameEvaluation(a: Evaluation, b: Evaluation): boolean {
  const found = (evaluation: Evaluation): string =>
    JSON.stringify([evaluation.protocol, metricsOf(evaluation).map(({ value }) => value)])
  return found(a) === found(b)
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
    const at = metrics.findIndex((known) => sameMetric(known, metric))
    if (at < 0) metrics.push(metric)
    else if (metrics[at].samples && metric.samples) metrics[at] = poolTimings(metrics[at], metric)
    else if (metrics[at].value !== metric.value) throw contradiction(metricWords(metric, known.id), path)
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
