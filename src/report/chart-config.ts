import type { Chart, ChartConfiguration, ChartDataset } from 'chart.js'
import { type Figure, kindsOf, type Series } from './figures/figure.js'

/** Okabe and Ito's colours, which people with any colour vision can tell apart; each with what stands for it in the dark. */
const COLOURS = [
  ['#0072B2', '#4DA3E0'],
  ['#D55E00', '#F0803C'],
  ['#009E73', '#2DBE94'],
  ['#CC79A7', '#E39BC3'],
  ['#E69F00', '#F2B233'],
  ['#56B4E9', '#8FD0F7'],
  ['#000000', '#E8EBEE'],
  ['#8B7D00', '#C9B93A'],
] as const
/** Of lines that say nothing of their own. */
const GUIDE = ['#7A858F', '#8C97A3'] as const
/** Beyond eight series the line's pattern tells them apart. */
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3]]
/** The same of the paper's figures, which are never drawn through. */
const PAPER_DASHES = [
  [5, 3],
  [2, 3],
]

/** What every colour of a light chart is in the dark. */
export const DARK_COLOURS: Readonly<Record<string, string>> = Object.fromEntries([...COLOURS, GUIDE])

type Point = [x: number, y: number]

export const FONT = 'Inter'

/** Only powers of ten are named on a logarithmic axis. Stands in the page as text, so it uses nothing from outside. */
export function logarithmicTick(value: string | number): string {
  const power = Math.log10(Number(value))
  if (Math.abs(power - Math.round(power)) > 1e-9) return ''
  return Number(value) >= 1
    ? Number(value).toLocaleString('en', { notation: 'compact' })
    : String(Number(Number(value).toPrecision(6)))
}

/** A line of a chart. Those of one kind stand in the legend once, by its name. */
type Line = ChartDataset<'line', Point[]> & { readonly kind?: string }

/**
 * A legend whose lines are those of the chart, their pattern too, and that shows and hides what is of one kind together. Stands in the
 * page as text, too.
 */
export function legendOfLines({ defaults }: Pick<typeof Chart, 'defaults'>): void {
  const { legend } = defaults.plugins
  const labelsOf = legend.labels.generateLabels
  legend.labels.generateLabels = (chart) => {
    const lines = chart.data.datasets as Line[]
    return labelsOf(chart).flatMap((label) => {
      const index = label.datasetIndex ?? 0
      const { kind, borderColor, borderDash, borderWidth } = lines[index]
      if (kind !== undefined && lines.findIndex((line) => line.kind === kind) < index) return []
      const [strokeStyle, lineDash] = [borderColor as string, borderDash as number[] | undefined]
      const look = { strokeStyle, lineDash: lineDash ?? [], lineWidth: borderWidth as number }
      return [{ ...label, ...(kind !== undefined && { text: kind }), ...look }]
    })
  }
  legend.onClick = (_event, { datasetIndex: chosen = 0 }, { chart }) => {
    const lines = chart.data.datasets as Line[]
    const { kind } = lines[chosen]
    const shown = !chart.isDatasetVisible(chosen)
    for (const [index, line] of lines.entries())
      if (index === chosen || (kind !== undefined && line.kind === kind))
        chart.setDatasetVisibility(index, shown)
    chart.update()
  }
}

/** Lines only at powers of ten on a logarithmic axis. Stands in the page as text, too. */
export function logarithmicGrid({ tick, chart }: { tick: { value: number }; chart: Chart }): string {
  const power = Math.log10(tick.value)
  return Math.abs(power - Math.round(power)) > 1e-9 ? 'transparent' : String(chart.options.borderColor)
}

/** Letters of a title that a chart of 720 pixels has room for. */
const WIDEST_TITLE = 78

/** A title in as few lines as it takes, about equally long. */
function linesOf(title: string): string[] {
  const count = Math.ceil(title.length / WIDEST_TITLE)
  let width = Math.ceil(title.length / count)
  let lines = wrapped(title, width)
  while (lines.length > count && width < WIDEST_TITLE) lines = wrapped(title, ++width)
  return lines
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** The place of each series: of those of one kind the first's, and how many of its kind come before it. */
function placesOf(series: readonly Series[]): { index: number; repeat: number }[] {
  const kinds = kindsOf(series)
  const distinct = [...new Set(kinds)]
  return kinds.map((kind, i) => ({
    index: series[i].kind === undefined ? i : distinct.indexOf(kind),
    repeat: series[i].kind === undefined ? 0 : kinds.slice(0, i).filter((before) => before === kind).length,
  }))
}

function styleOf(series: Series, { index, repeat }: { index: number; repeat: number }) {
  const round = Math.floor(index / COLOURS.length) + repeat
  if (series.reference === 'guide') return { colour: GUIDE[0], borderDash: [3, 3], borderWidth: 1 }
  const colour = COLOURS[index % COLOURS.length][0]
  if (series.reference === 'paper')
    return { colour, borderDash: PAPER_DASHES[round % PAPER_DASHES.length], borderWidth: 1.25 }
  return { colour, borderDash: DASHES[round % DASHES.length], borderWidth: 2 }
}

/** An interval at each place, as the area between its limits: there along the lower ones, back along the upper ones. */
function bandOf(
  name: string,
  band: NonNullable<Series['band']>,
  colour: string,
  placed: (x: number) => number,
): ChartDataset<'line', Point[]> {
  const there = band.map(({ x, low }): Point => [placed(x), low])
  const back = band.map(({ x, high }): Point => [placed(x), high]).reverse()
  return {
    label: `${name}, interval`,
    data: [...there, ...back, ...there.slice(0, 1)],
    borderColor: `${colour}60`,
    backgroundColor: `${colour}20`,
    ...{ borderWidth: 1, pointRadius: 0, pointHitRadius: 0, fill: 'shape' },
  }
}

/** A figure as a Chart.js configuration: plain data, so that the page can hold it as JSON. */
export function chartConfig(figure: Figure): ChartConfiguration<'line', Point[]> {
  const { places } = figure
  const styles = placesOf(figure.series)
  // Chart.js takes a category's name for its place, which its types don't know.
  const placed = (x: number): number => (places === undefined ? x : (places[x] as unknown as number))
  const kinds = figure.series.map(({ kind }) => kind)
  const datasets = figure.series.flatMap((series, index): Line[] => {
    const { colour, ...style } = styleOf(series, styles[index])
    const repeated = kinds.filter((kind) => kind === series.kind).length > 1
    const line: Line = {
      label: series.name,
      ...(series.kind !== undefined && repeated && { kind: series.kind }),
      data: series.points.map(([x, y]): Point => [placed(x), y]),
      borderColor: colour,
      backgroundColor: figure.shape === 'area' ? `${colour}40` : colour,
      ...style,
      pointRadius: figure.marks ? 3 : 0,
      pointHitRadius: 6,
      // A line on the axis is drawn in full, not half.
      clip: 4,
      fill: figure.shape === 'area' ? 'origin' : false,
      stepped: figure.shape === 'steps' && series.reference !== 'guide' ? 'before' : false,
    }
    return series.band === undefined ? [line] : [line, bandOf(series.name, series.band, colour, placed)]
  })
  const [x, y] = (['x', 'y'] as const).map((axis) =>
    figure.logarithmic.includes(axis)
      ? { type: 'logarithmic' as const, ticks: { maxRotation: 0, autoSkip: false } }
      : { type: 'linear' as const },
  )
  return {
    type: 'line',
    data: { datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      font: { family: FONT, size: 13 },
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          ticks: { maxRotation: 0, ...(figure.marks && figure.fromZero !== false && { precision: 0 }) },
          ...(places === undefined ? x : { type: 'category', labels: [...places], offset: true }),
          title: { display: true, text: figure.xLabel },
          ...(figure.xRange && { min: figure.xRange[0], max: figure.xRange[1] }),
        },
        y: {
          ...y,
          title: { display: true, text: figure.yLabel },
          ...(figure.yRange
            ? { min: figure.yRange[0], max: figure.yRange[1] }
            : { grace: '5%', beginAtZero: figure.fromZero ?? true }),
        },
      },
      plugins: {
        title: { display: true, text: linesOf(figure.title), font: { size: 15 } },
        legend: {
          position: 'bottom',
          labels: { usePointStyle: true, pointStyle: 'line', pointStyleWidth: 28 },
        },
      },
    },
  }
}
