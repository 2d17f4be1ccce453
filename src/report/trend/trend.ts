import { InputError } from '../../errors.js'
import { metricWords } from '../../measures/metric-words.js'
import { metricsOf } from '../../results/evaluation.js'
import type { Metric, Results } from '../../results/schema.js'
import type { Figure } from '../figures/figure.js'

/** A run in a trend, numbered from 1 in the order of its start. */
export interface TrendRun {
  readonly number: number
  readonly path: string
  readonly results: Results
}

/** One metric of one thing over the runs that have it. */
export interface TrendSeries {
  readonly metric: string
  readonly subject: string
  readonly demo: boolean
  readonly unit: string
  readonly points: readonly {
    readonly run: number
    readonly value: number
    readonly low?: number
    readonly high?: number
  }[]
}

const PERCENT = '%'

/** Puts runs in the order of their start; equal ones by path. @throws InputError where there are fewer than two */
export function orderRuns(runs: readonly { path: string; results: Results }[], where: string): TrendRun[] {
  if (runs.length < 2)
    throw new InputError(
      `${runs.length} results; a trend needs at least two`,
      where,
      'name a folder with the results JSON of several runs',
    )
  const started = ({ results }: { results: Results }): string => results.provenance.started
  return runs
    .toSorted((a, b) => started(a).localeCompare(started(b), 'en') || a.path.localeCompare(b.path, 'en'))
    .map((run, i) => ({ number: i + 1, ...run }))
}

/** Accuracies in percent by recogniser and test set, and the metrics of datasets. */
export function trendSeries(runs: readonly TrendRun[]): TrendSeries[] {
  const series = new Map<string, { -readonly [K in keyof TrendSeries]: TrendSeries[K] }>()
  const add = (
    metric: string,
    subject: string,
    demo: boolean,
    unit: string,
    point: TrendSeries['points'][number],
  ): void => {
    const key = `${metric}\n${subject}`
    const known = series.get(key) ?? { metric, subject, demo, unit, points: [] }
    series.set(key, { ...known, demo: known.demo || demo, points: [...known.points, point] })
  }
  /** Shares are shown in percent. */
  const addMetric = (
    metric: Metric,
    subject: string,
    demo: boolean,
    run: number,
    name = metricWords(metric),
  ): void => {
    const share = metric.unit === 'share'
    const scale = share ? 100 : 1
    const { value, interval } = metric
    add(name, subject, demo, share ? PERCENT : (metric.unit ?? ''), {
      run,
      value: scale * value,
      ...(interval && { low: scale * interval.low, high: scale * interval.high }),
    })
  }
  for (const { number: run, results } of runs) {
    for (const evaluation of results.evaluations) {
      const { model, testSet } = evaluation
      const [first] = metricsOf(evaluation)
      const demo = [...results.models, ...results.testSets].some(
        (it) => it.demo && (it.id === model || it.id === testSet),
      )
      const said = metricWords(first)
      addMetric(first, model, demo, run, `${said[0].toUpperCase()}${said.slice(1)} on ${testSet}`)
    }
    for (const { name, demo, metrics } of results.datasets) {
      for (const metric of metrics) addMetric(metric, name, demo, run)
    }
  }
  return [...series.values()]
}

/** A figure a metric: its value over the runs, a line for each recogniser or dataset. */
export function trendFigures(series: readonly TrendSeries[], runs: number): Figure[] {
  const metrics = [...new Set(series.map(({ metric }) => metric))]
  const groups = metrics.map((metric) => [metric, series.filter((line) => line.metric === metric)] as const)
  return groups.map(([metric, lines], index) => ({
    id: `trend-${index + 1}`,
    title: metric,
    caption: '',
    xLabel: 'run, in the order of their start',
    yLabel: lines[0].unit,
    logarithmic: [],
    xRange: [1, runs] as const,
    yRange: rangeOf(lines),
    shape: 'line' as const,
    marks: true,
    series: lines.map(({ subject, demo, points }) => ({
      name: `${subject}${demo ? ' (demo)' : ''}`,
      points: points.map(({ run, value }) => [run, value] as const),
    })),
  }))
}

/** The values with a twentieth of room at least, shares of a hundred at most 100: a trend that starts at 0 shows nothing. */
function rangeOf(lines: readonly TrendSeries[]): readonly [number, number] {
  const limit = lines[0].unit === PERCENT ? 100 : Number.POSITIVE_INFINITY
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value))
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = high - low || Math.abs(high) || 1
  const room = span / 20
  // Few digits at the ends: they are multiples of half the power of ten below the span.
  const step = 10 ** Math.floor(Math.log10(span)) / 2
  const whole = (value: number): number => Number((value * step).toPrecision(12))
  return [whole(Math.floor((low - room) / step)), Math.min(limit, whole(Math.ceil((high + room) / step)))]
}
