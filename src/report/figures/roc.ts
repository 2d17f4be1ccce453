import type { Chart } from './chart.js'
import { powerBelow, withoutRepeats } from './figure.js'
import { measuredColumns, overFalseAccepts } from './measured-rows.js'

/** Rates from which an axis can begin: the one that fits the data is taken. */
const BEGINNINGS = [0.99, 0.98, 0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0]

/** The receiver operating characteristic of each test set: false accepts on a logarithmic axis, true ones as the data need. */
export const rocCurves: Chart = ({ tables }) =>
  measuredColumns(tables).map(({ id, name, rows, negatives }) => {
    const series = rows.map((row) => ({
      name: row.row,
      points: withoutRepeats(overFalseAccepts(row, (tar) => tar)),
    }))
    const least = powerBelow(1 / negatives)
    // What lies left of the least rate that the pairs can tell isn't seen.
    const seen = series.flatMap(({ points }) => points.filter(([x]) => x >= least).map(([, y]) => y))
    const begin = BEGINNINGS.find((rate) => rate <= Math.min(...seen)) ?? 0
    return {
      id: `roc-${id}`,
      title: `ROC on ${name}`,
      caption: `${rows[0].same.length.toLocaleString('en')} pairs, every distinct distance a threshold. Nearer to the top left is better.${begin > 0 ? ` The vertical axis begins at ${begin}.` : ''}`,
      xLabel: 'false accept rate',
      yLabel: 'true accept rate',
      logarithmic: ['x'],
      xRange: [least, 1],
      yRange: [begin, 1],
      shape: 'steps',
      series,
    }
  })
