import { sha256 } from '../../src/bytes/hashing.js'
import { RandomStream } from '../../src/random/philox.js'
import { comparisonTables } from '../../src/report/comparison-table.js'
import { mergeResults } from '../../src/report/merge.js'
import type { Results, Table } from '../../src/results/schema.js'
import { modelOf, resultsOf, testSetOf, verificationOf } from '../compare/simulated-runs.js'

export const PAIRS = 40
export const same = Uint8Array.from({ length: PAIRS }, (_, pair) => pair & 1)

/** What one run measured one network on, and how. */
export interface Measurement {
  readonly model: string
  readonly network: string
  readonly testSet: string
  readonly file: string
  readonly flip: boolean
  readonly mean: number
  readonly axes?: Record<string, number>
  readonly day: number
}

export function tableOf(rows: readonly string[], columns: readonly string[], id = 'verification'): Table {
  return {
    id,
    title: id,
    caption: '',
    rows: rows.map((name) => ({ name, model: name, labels: {}, reference: {} })),
    columns: columns.map((column) => ({ id: column, name: column })),
    labelColumns: [],
    average: columns.length > 1,
    source: '',
  }
}

/** A run of one measurement; the same measurement gives the same distances. */
export function runOf({ model, network, testSet, file, flip, mean, axes, day }: Measurement): Results {
  const seed = Number.parseInt(
    sha256(JSON.stringify([network, testSet, file, flip, mean, axes])).slice(0, 8),
    16,
  )
  const random = new RandomStream(seed, 'rows')
  const distances = Float32Array.from(same, (label) => 1.4 - 0.1 * label + 0.2 * random.nextNormal())
  const evaluation = verificationOf(model, testSet, distances, same)
  const results = resultsOf({
    models: [{ ...modelOf(model, network), descriptor: { input: { mean: [mean, mean, mean] } } }],
    testSets: [{ ...testSetOf(testSet, same), fingerprint: sha256(testSet + file) }],
    evaluations: [
      { ...evaluation, protocol: { ...evaluation.protocol, flip }, ...(axes !== undefined && { axes }) },
    ],
    tables: [tableOf([model], [testSet])],
  })
  return {
    ...results,
    provenance: { ...results.provenance, started: `2026-01-0${day}T00:00:00.000Z` },
  }
}
export const tablesOf = (runs: readonly Results[]) => comparisonTables(mergeResults(runs))
