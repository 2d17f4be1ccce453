import { InputError } from '../errors.js'
import type { Evaluation, Results } from '../results/schema.js'

/** What a report shows: one run, or several put together. */
export interface Merged {
  readonly title: string
  readonly description: string
  readonly runs: readonly Results[]
  readonly tables: Results['tables']
  readonly datasets: Results['datasets']
  readonly missing: Results['missing']
  readonly warnings: readonly string[]
  /** whether anything in it was made with the built-in rendered faces */
  readonly demo: boolean
}

/** A measurement with the run that it comes from. */
export interface Measured {
  readonly run: Results
  readonly evaluation: Evaluation
}

/**
 * Puts runs together. Tables of the same id become one: rows of the same name are one row, whichever run measured it.
 * @throws InputError where two runs measured the same cell differently
 */
export function mergeResults(runs: readonly Results[]): Merged {
  if (runs.length === 0) throw new InputError('there are no results', '', 'name at least one results file')
  const tables = new Map<string, Results['tables'][number]>()
  for (const run of runs) {
    for (const table of run.tables) {
      const known = tables.get(table.id)
      tables.set(table.id, known === undefined ? table : joinTables(known, table))
    }
  }
  const found = new Set(runs.flatMap((run) => [...run.models, ...run.testSets].map(({ id }) => id)))
  const missing = new Map(
    runs
      .flatMap((run) => run.missing.filter(({ id }) => !found.has(id)))
      .map((entry) => [`${entry.kind} ${entry.id}`, entry]),
  )
  return {
    title: runs.length === 1 ? runs[0].title : [...new Set(runs.map(({ title }) => title))].join(' · '),
    description: [...new Set(runs.map(({ description }) => description.trim()))].join('\n\n'),
    runs,
    tables: [...tables.values()],
    datasets: runs.flatMap((run) => run.datasets),
    missing: [...missing.values()],
    warnings: [...new Set(runs.flatMap((run) => [...run.warnings, ...differingFiles(runs)]))],
    demo: runs.some((run) => [...run.models, ...run.testSets, ...run.datasets].some(({ demo }) => demo)),
  }
}

function joinTables(a: Results['tables'][number], b: Results['tables'][number]): Results['tables'][number] {
  const columns = [...a.columns, ...b.columns.filter(({ id }) => !a.columns.some((known) => known.id === id))]
  const rows = [...a.rows]
  for (const row of b.rows) {
    const at = rows.findIndex(({ name, model }) => name === row.name && model === row.model)
    if (at < 0) rows.push(row)
    else rows[at] = { ...rows[at], reference: { ...rows[at].reference, ...row.reference } }
  }
  return { ...a, columns, rows }
}

/** Files that share a name differ in the field, and so do the accuracies on them. */
function differingFiles(runs: readonly Results[]): string[] {
  const fingerprints = new Map<string, Set<string>>()
  for (const { testSets } of runs) {
    for (const { id, fingerprint } of testSets) {
      fingerprints.set(id, (fingerprints.get(id) ?? new Set()).add(fingerprint))
    }
  }
  return [...fingerprints]
    .filter(([, found]) => found.size > 1)
    .map(
      ([id, found]) =>
        `The rows of column '${id}' were measured on ${found.size} different files (${[...found].map((f) => f.slice(0, 12)).join(', ')}): their accuracies can't be compared.`,
    )
}

/** The measurement of a model on a test set; of several runs the last. */
export function findMeasured(
  runs: readonly Results[],
  model: string | undefined,
  testSet: string,
): Measured | undefined {
  if (model === undefined) return undefined
  for (const run of runs.toReversed()) {
    const evaluation = run.evaluations.find((entry) => entry.model === model && entry.testSet === testSet)
    if (evaluation !== undefined) return { run, evaluation }
  }
  return undefined
}
