import type { ChartConfiguration, ChartDataset } from 'chart.js'
import type { Figure } from './figures.js'

/** Okabe and Ito's colours, which people with any colour vision can tell apart. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#8B7D00']
/** Beyond eight series the line's pattern tells them apart. */
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3]]

type Point = [x: number, y: number]

export const FONT = 'Inter'

/** Only powers of ten are named on a logarithmic axis. Stands in the page as text, so it uses nothing from outside. */
export function logarithmicTick(value: string | number): string {
  const power = Math.log10(Number(value))
  return Math.abs(power - Math.round(power)) < 1e-9 ? String(Number(Number(value).toPrecision(6))) : ''
}

/** A figure as a Chart.js configuration: plain data, so that the page can hold it as JSON. */
export function chartConfig(figure: Figure): ChartConfiguration<'line', Point[]> {
  const datasets = figure.series.map((series, index): ChartDataset<'line', Point[]> => {
    const colour = COLOURS[index % COLOURS.length]
    return {
      label: series.name,
      data: series.points.map(([x, y]): Point => [x, y]),
      borderColor: colour,
      backgroundColor: figure.shape === 'area' ? `${colour}40` : colour,
      borderDash: DASHES[Math.floor(index / COLOURS.length) % DASHES.length],
      borderWidth: 2,
      pointRadius: figure.marks ? 3 : 0,
      pointHitRadius: 6,
      // A line on the axis is drawn in full, not half.
      clip: 4,
      fill: figure.shape === 'area' ? 'origin' : false,
      stepped: figure.shape === 'steps' ? 'before' : false,
    }
  })
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
          type: figure.logarithmic ? 'logarithmic' : 'linear',
          title: { display: true, text: figure.xLabel },
          ticks: figure.logarithmic
            ? { maxRotation: 0, autoSkip: false }
            : { maxRotation: 0, ...(figure.marks && { precision: 0 }) },
          ...(figure.xRange && { min: figure.xRange[0], max: figure.xRange[1] }),
        },
        y: {
          title: { display: true, text: figure.yLabel },
          grace: figure.yRange ? 0 : '5%',
          ...(figure.yRange ? { min: figure.yRange[0], max: figure.yRange[1] } : { beginAtZero: true }),
        },
      },
      plugins: {
        title: { display: true, text: figure.title, font: { size: 15 } },
        legend: { position: 'bottom', labels: { boxWidth: 18, boxHeight: 2 } },
      },
    },
  }
}
