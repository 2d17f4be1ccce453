import { pairedDifference } from './claims/contrast.js'
import type { ComparisonRow, ComparisonTable } from './comparison-table.js'
import { percent, signed } from './numbers.js'
import { meanDifference, type PairedDifference } from './paired-mean.js'

/** The measured rows of a table against the best of them, pair by pair. */
export interface Differences {
  readonly leader: string
  readonly demo: boolean
  /** what won, by how much, and whether that is more than noise: one sentence */
  readonly verdict: string
  readonly heads: readonly string[]
  /** each row minus the leader, in points, the next best first; undefined on other pairs */
  readonly rows: readonly {
    readonly name: string
    readonly cells: readonly (PairedDifference | undefined)[]
  }[]
}

interface Whole {
  readonly row: ComparisonRow
  readonly mean: number
}

/** The rows that were measured in every column, the best mean first. */
function wholeRows({ rows, testSets }: ComparisonTable): Whole[] {
  const whole = rows.flatMap((row) => {
    const values = row.evaluations.map((placed, i) =>
      placed === undefined ? undefined : row.cells[i].measured,
    )
    const there = values.filter((value) => value !== undefined)
    if (there.length < testSets.length || there.length === 0) return []
    return [{ row, mean: there.reduce((sum, value) => sum + value, 0) / there.length }]
  })
  return whole.sort((a, b) => b.mean - a.mean)
}

function pairwise(row: ComparisonRow, leader: ComparisonRow): (PairedDifference | undefined)[] {
  return row.evaluations.map((one, column) => {
    const other = leader.evaluations[column]
    if (one === undefined || other === undefined) return undefined
    if (one.testSet?.fingerprint !== other.testSet?.fingerprint) return undefined
    return pairedDifference([one, other])
  })
}

/**
 * Holds the rows of a table against the best of them. Undefined where fewer than two rows were measured in every column.
 * Costs forty halves of the pairs for each cell but the leader's.
 */
export function differencesOf(table: ComparisonTable): Differences | undefined {
  const [best, ...others] = wholeRows(table)
  if (best === undefined || others.length === 0) return undefined
  const rows = others.map(({ row }) => {
    const cells = pairwise(row, best.row)
    const there = cells.filter((cell) => cell !== undefined)
    const mean = there.length === cells.length && cells.length > 1 ? [meanDifference(there)] : []
    return {
      name: row.name,
      cells: [...cells, ...(cells.length > 1 ? (mean.length > 0 ? mean : [undefined]) : [])],
    }
  })
  const { length } = table.testSets
  return {
    leader: best.row.name,
    demo: [best, ...others].some(({ row }) => row.demo),
    verdict: verdictOf(best, others[0], rows[0].cells.at(-1), length),
    heads: [...table.heads.slice(0, length), ...(length > 1 ? ['mean'] : [])],
    rows,
  }
}

function verdictOf(best: Whole, next: Whole, toNext: PairedDifference | undefined, sets: number): string {
  const on = sets === 1 ? '' : ` in the mean of ${sets} test sets`
  const lead = `${best.row.name} is highest${on} with ${percent(best.mean)} %`
  if (toNext === undefined)
    return `${lead}; ${next.row.name} follows with ${percent(next.mean)} %, not on the same pairs`
  const [low, high] = [-toNext.high, -toNext.low]
  const noise = low > 0 ? 'more than noise' : 'within noise'
  return `${lead}, ${signed(-toNext.difference)} points [${signed(low)}, ${signed(high)}] against ${next.row.name}: ${noise}`
}
