import type { Chart } from './chart.js'
import { powerBelow, withoutRepeats } from './figure.js'
import { measuredColumns, overFalseAccepts } from './measured-rows.js'

/** The detection error trade-off of each test set: false rejects against false accepts, both axes logarithmic. */
export const detCurves: Chart = ({ tables }) =>
  measuredColumns(tables).map(({ id, name, rows, positives, negatives }) => {
    const [leastX, leastY] = [powerBelow(1 / negatives), powerBelow(1 / positives)]
    const noReject = 1 / (2 * Math.max(1, positives))
    const corner = Math.max(leastX, leastY)
    return {
      id: `det-${id}`,
      title: `DET on ${name}`,
      caption:
        'False rejects against false accepts, every distinct distance a threshold. Nearer to the bottom left is better; a curve crosses the line of equal errors at its EER.',
      xLabel: 'false accept rate',
      yLabel: 'false reject rate',
      logarithmic: ['x', 'y'],
      xRange: [leastX, 1],
      yRange: [leastY, 1],
      shape: 'steps',
      group: 'DET curves',
      series: [
        ...rows.map((row) => ({
          name: row.row,
          points: withoutRepeats(overFalseAccepts(row, (tar) => Math.max(1 - tar, noReject))),
        })),
        {
          name: 'equal errors',
          reference: 'guide',
          points: [
            [corner, corner],
            [1, 1],
          ],
        },
      ],
    }
  })
