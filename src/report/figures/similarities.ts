import type { Distance } from '../../evaluate/distances.js'
import { unpackFloat32 } from '../../results/packing.js'
import type { Chart } from './chart.js'
import { rounded, type Series, withoutRepeats } from './figure.js'
import { type MeasuredRow, measuredColumns } from './measured-rows.js'

const BINS = 50

/** How similar same and different pairs are, by recogniser and test set. */
export const similarityHistograms: Chart = ({ tables }) =>
  measuredColumns(tables).flatMap(({ id, name, rows }) =>
    rows.map((row, index) => ({
      id: `similarities-${id}-${index + 1}`,
      title: `Similarities of ${row.row} on ${name}`,
      caption: 'Cosine similarity of the pairs. The less the two overlap, the better.',
      xLabel: 'cosine similarity',
      yLabel: 'share of pairs',
      logarithmic: [],
      xRange: [-1, 1],
      shape: 'area',
      group: `Similarities of same and different pairs on ${name}`,
      series: histogramOf(row),
    })),
  )

function toCosine(distance: number, kind: string): number {
  return (kind as Distance) === 'angular' ? Math.cos(distance * Math.PI) : 1 - distance / 2
}

function histogramOf({ evaluation, same }: MeasuredRow): Series[] {
  const distances = unpackFloat32(evaluation.distances)
  const bins = [new Float64Array(BINS), new Float64Array(BINS)]
  distances.forEach((distance, pair) => {
    const cosine = toCosine(distance, evaluation.protocol.distance)
    bins[same[pair]][Math.min(BINS - 1, Math.max(0, Math.floor(((cosine + 1) / 2) * BINS)))]++
  })
  return [1, 0].map((label) => {
    const total = bins[label].reduce((sum, n) => sum + n, 0)
    return {
      name: label === 1 ? 'same person' : 'different people',
      points: withoutRepeats(
        Array.from(
          bins[label],
          (n, bin) => [rounded(((bin + 0.5) / BINS) * 2 - 1), rounded(n / total)] as const,
        ),
      ),
    }
  })
}
