import type { ComparisonTable } from '../comparison-table.js'
import type { Merged } from '../merge.js'
import type { Figure } from './figure.js'

/** What a chart is drawn from. */
export interface Shown {
  readonly merged: Merged
  readonly tables: readonly ComparisonTable[]
}

/** A kind of chart: the figures that it has in a report, none where nothing of it was measured. */
export type Chart = (shown: Shown) => Figure[]
