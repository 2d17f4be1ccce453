import type { Distance } from '../evaluate/distances.js'
import { rocCurve } from '../evaluate/roc.js'
import { isOf } from '../results/evaluation.js'
import { unpackFloat32, unpackUint8 } from '../results/packing.js'
import type { PairsEvaluation } from '../results/schema.js'
import type { ComparisonTable } from './comparison-table.js'
import type { Merged } from './merge.js'

/** Numbers to be drawn. A report draws every figure twice: live on the page, and as a PNG. */
export interface Figure {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly xLabel: string
  readonly yLabel: string
  readonly logarithmic: boolean
  readonly xRange?: readonly [number, number]
  readonly yRange?: readonly [number, number]
  readonly shape: 'line' | 'steps' | 'area'
  /** whether every point is marked: few ones, each a run */
  readonly marks?: boolean
  /** figures of one group are folded away together on a page */
  readonly group?: string
  readonly series: readonly {
    readonly name: string
    readonly points: readonly (readonly [x: number, y: number])[]
  }[]
}

/** Points of a curve on a page: more can't be seen. */
const ROC_POINTS = 100
const BINS = 50

/** Every figure of a report, in its order. */
export function figuresOf(merged: Merged, tables: readonly ComparisonTable[]): Figure[] {
  return [...pairFigures(tables), ...curveFigures(merged)]
}

/** An evaluation of pairs by what its row is called. */
interface MeasuredRow {
  readonly row: string
  readonly evaluation: PairsEvaluation
  readonly same: Uint8Array
}

/** The evaluations of pairs in a column, each once; under the name of its first row where several tables have it. */
function measuredOn(testSet: string, tables: readonly ComparisonTable[]): MeasuredRow[] {
  const found = new Map<object, MeasuredRow>()
  for (const { testSets, rows } of tables) {
    const column = testSets.indexOf(testSet)
    for (const { name, evaluations } of rows) {
      const placed = evaluations[column]
      if (placed === undefined || found.has(placed.evaluation) || placed.testSet?.kind !== 'pairs') continue
      if (isOf(placed.evaluation, 'pairs'))
        found.set(placed.evaluation, {
          row: name,
          evaluation: placed.evaluation,
          same: unpackUint8(placed.testSet.labels),
        })
    }
  }
  return [...found.values()]
}

function pairFigures(tables: readonly ComparisonTable[]): Figure[] {
  const columns = new Map(
    tables.flatMap(({ testSets, heads }) => testSets.map((id, i) => [id, heads[i]] as const)),
  )
  return [...columns].flatMap(([id, name]) => {
    const measured = measuredOn(id, tables)
    if (measured.length === 0) return []
    const negatives = Math.max(...measured.map(({ same }) => same.length - count(same)))
    return [
      {
        id: `roc-${id}`,
        title: `ROC on ${name}`,
        caption: `${measured[0].same.length.toLocaleString('en')} pairs, every distinct distance a threshold. Nearer to the top left is better.`,
        xLabel: 'false accept rate',
        yLabel: 'true accept rate',
        logarithmic: true,
        xRange: [Number(`1e${Math.floor(Math.log10(1 / negatives))}`), 1] as const,
        yRange: [0, 1] as const,
        shape: 'steps' as const,
        series: measured.map(({ row, evaluation, same }) => ({
          name: row,
          points: rocPoints(evaluation, same),
        })),
      },
      ...measured.map(({ row, evaluation, same }, index) => ({
        id: `similarities-${id}-${index + 1}`,
        title: `Similarities of ${row} on ${name}`,
        caption: 'Cosine similarity of the pairs. The less the two overlap, the better.',
        xLabel: 'cosine similarity',
        yLabel: 'share of pairs',
        logarithmic: false,
        xRange: [-1, 1] as const,
        shape: 'area' as const,
        group: `Similarities of same and different pairs on ${name}`,
        series: similarityHistogram(evaluation, same),
      })),
    ]
  })
}

function count(same: Uint8Array): number {
  return same.reduce((sum, label) => sum + label, 0)
}

function rocPoints(evaluation: PairsEvaluation, same: Uint8Array): [number, number][] {
  const { far, tar } = rocCurve(Float64Array.from(unpackFloat32(evaluation.distances)), same)
  const lowest = 1 / (2 * Math.max(1, same.length - count(same)))
  const points: [number, number][] = []
  let bucket = Number.NEGATIVE_INFINITY
  for (let i = 0; i < far.length; i++) {
    // On a logarithmic axis there is no 0: what is accepted without a false accept stands at the left edge.
    const x = Math.max(far[i], lowest)
    const place = Math.floor((Math.log(x / lowest) / Math.log(1 / lowest)) * ROC_POINTS)
    if (place === bucket) points.pop()
    bucket = place
    points.push([round(x), round(tar[i])])
  }
  return points
}

function toCosine(distance: number, kind: string): number {
  return (kind as Distance) === 'angular' ? Math.cos(distance * Math.PI) : 1 - distance / 2
}

function similarityHistogram(evaluation: PairsEvaluation, same: Uint8Array): Figure['series'] {
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
      points: Array.from(
        bins[label],
        (n, bin) => [round(((bin + 0.5) / BINS) * 2 - 1), round(n / total)] as const,
      ),
    }
  })
}

function curveFigures(merged: Merged): Figure[] {
  const names = [...new Set(merged.datasets.flatMap(({ curves }) => curves.map(({ name }) => name)))]
  return names.map((name, index) => {
    const withIt = merged.datasets.flatMap((dataset) =>
      dataset.curves.filter((curve) => curve.name === name).map((curve) => ({ dataset, curve })),
    )
    const { xLabel, yLabel } = withIt[0].curve
    return {
      id: `curve-${index + 1}`,
      title: name,
      caption: '',
      xLabel,
      yLabel,
      logarithmic: false,
      shape: 'line',
      series: withIt.map(({ dataset, curve }) => ({
        name: dataset.name,
        points: curve.x.map((x, i) => [x, curve.y[i]] as const),
      })),
    }
  })
}

/** Four digits: what a chart can show. */
function round(value: number): number {
  return Number(value.toPrecision(4))
}
