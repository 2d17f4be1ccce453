import { ROW_ENDS, type RowEnd, type RowOutcome, type Terms } from './attrop.js'
import { type AttropCounts, countOutcomes } from './outcome-counts.js'
import type { AttropSettings } from './settings.js'

/** What is kept of each row: numbers, so that a run of hours can be gone on with. NaN: not measured. */
const COLUMNS = [
  'end',
  'steps',
  'loss before',
  'identity before',
  'quality before',
  'yaw before',
  'loss after',
  'identity after',
  'quality after',
  'yaw after',
] as const

/** Of one step: the mean of each term over the rows that took it. */
export interface StepMeans {
  readonly step: number
  readonly rows: number
  /** the loss that is minimised, and its terms before they are weighted */
  readonly loss: number
  readonly identityLoss: number
  readonly qualityLoss?: number
  readonly poseLoss?: number
}

/** One row, as it is told. */
export interface ToldRow {
  readonly row: number
  readonly end: RowEnd
  readonly steps: number
  readonly before?: Terms
  readonly after?: Terms
}

/** Sums of one step. */
const SUMS = ['rows', 'loss', 'identity', 'quality', 'pose'] as const

/** How the rows of a run ended. Memory: 80 bytes a row. */
export class OutcomeTable {
  /** all numbers, for a checkpoint */
  readonly numbers: Float64Array

  /** @param kept the numbers of a run that is gone on with */
  constructor(
    readonly rows: number,
    private readonly settings: AttropSettings,
    kept?: Float64Array,
  ) {
    this.numbers = kept ?? new Float64Array(rows * COLUMNS.length + settings.steps * SUMS.length)
  }

  /** Whether numbers can be those of such a table. */
  static fits(numbers: Float64Array, rows: number, settings: AttropSettings): boolean {
    return numbers.length === rows * COLUMNS.length + settings.steps * SUMS.length
  }

  /** @param yaw the angle that the row was asked for */
  set(row: number, { end, steps, path, after }: RowOutcome, yaw: number | undefined): void {
    const before = path[0]
    const terms = (each: Terms | undefined) => [each?.loss, each?.identity, each?.quality, each?.yaw]
    const values = [ROW_ENDS.indexOf(end), steps, ...terms(before), ...terms(after)]
    this.numbers.set(
      values.map((value) => value ?? Number.NaN),
      row * COLUMNS.length,
    )
    for (const [step, each] of path.entries()) {
      const at = this.rows * COLUMNS.length + step * SUMS.length
      const lacking = Math.max(0, (this.settings.quality ?? 0) - (each.quality ?? 0))
      const off = yaw === undefined ? 0 : Math.abs(yaw - Math.abs(each.yaw ?? 0))
      for (const [i, value] of [1, each.loss, each.identity, lacking, off].entries())
        this.numbers[at + i] += value
    }
  }

  row(row: number): ToldRow {
    const [end, steps, ...terms] = this.numbers.subarray(row * COLUMNS.length, (row + 1) * COLUMNS.length)
    const before = termsOf(terms.slice(0, 4))
    const after = termsOf(terms.slice(4))
    return { row, end: ROW_ENDS[end], steps, ...(before && { before }), ...(after && { after }) }
  }

  /** All rows in order. */
  told(): ToldRow[] {
    return Array.from({ length: this.rows }, (_, row) => this.row(row))
  }

  counts(): AttropCounts {
    return countOutcomes(this.told())
  }

  /** Means of the steps that rows took. */
  steps(): StepMeans[] {
    const { quality, yaw } = this.settings
    return Array.from({ length: this.settings.steps }, (_, step) => {
      const at = this.rows * COLUMNS.length + step * SUMS.length
      const [rows, ...sums] = this.numbers.subarray(at, at + SUMS.length)
      const [loss, identityLoss, qualityLoss, poseLoss] = sums.map((sum) => sum / rows)
      return {
        step,
        rows,
        loss,
        identityLoss,
        ...(quality !== undefined && { qualityLoss }),
        ...(yaw !== undefined && { poseLoss }),
      }
    }).filter(({ rows }) => rows > 0)
  }
}

function termsOf([loss, identity, quality, yaw]: readonly number[]): Terms | undefined {
  if (Number.isNaN(loss)) return undefined
  return {
    loss,
    identity,
    ...(!Number.isNaN(quality) && { quality }),
    ...(!Number.isNaN(yaw) && { yaw }),
  }
}
