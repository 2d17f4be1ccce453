import { createCanvas } from '@napi-rs/canvas'
import { Chart, type ChartConfiguration, type LegendItem, registerables } from 'chart.js'
import { describe, expect, it } from 'vitest'
import { chartConfig, DARK_COLOURS, legendOfLines } from '../../src/report/chart-config.js'
import { comparisonTables } from '../../src/report/comparison-table.js'
import { figuresOf } from '../../src/report/figures/list.js'
import { mergeResults } from '../../src/report/merge.js'
import { renderReport } from '../../src/report/render.js'
import { resultsSchema, type Training } from '../../src/results/schema.js'
import { trainingCurves } from '../../src/run/trainers/training-curves.js'
import { resultsOf } from '../compare/simulated-runs.js'

const training = (point: string, seed: number, network: string): Training => ({
  name: `sigma ${point}, seed ${seed}`,
  network: network.repeat(64),
  recipe: { inside: { batch: 8 } },
  seed,
  dataset: `grid: sigma ${point}, seed ${seed}`,
  point: { sigma: point },
  curves: trainingCurves([
    { step: 10, epoch: 1, loss: 9 - seed, accuracy: 0.1, rate: 0.1 },
    { step: 20, epoch: 2, loss: 5 - seed, accuracy: 0.4, rate: 0.01 },
    { step: 10, testSet: 'lfw', verification: 0.6, std: 0.01 },
    { step: 20, testSet: 'lfw', verification: 0.7, std: 0.01 },
    { step: 20, testSet: 'cfp', verification: 0.5, std: 0.01 },
  ]),
})
const run = resultsOf({
  trainings: [
    ...[1, 2].map((seed) => training('0.3', seed, String(seed))),
    ...[1, 2].map((seed) => training('mix', seed, String(seed + 2))),
  ],
})

describe('the curves of trainings', () => {
  it('are kept as at most so many points, each the mean of a stretch at its last step', () => {
    const lines = Array.from({ length: 1001 }, (_, i) => ({ step: i + 1, epoch: 0, loss: i + 1 }))
    const [{ x, y, name }] = trainingCurves(lines, 400)
    expect(name).toBe('Training loss')
    expect(x).toHaveLength(334)
    expect(x.at(-1)).toBe(1001)
    expect([x[0], y[0], x[1], y[1]]).toEqual([3, 2, 6, 5])
  })

  it('are part of results', () => {
    expect(resultsSchema.parse(run).trainings).toEqual(run.trainings)
    const [first] = run.trainings ?? []
    const broken = { ...first, curves: [{ ...first.curves[0], x: [1] }] }
    expect(resultsSchema.safeParse({ ...run, trainings: [broken] }).success).toBe(false)
  })

  it('are a chart for each thing that was measured, the seeds of a cell in one colour', () => {
    const merged = mergeResults([run])
    const figures = figuresOf(merged, comparisonTables(merged))
    expect(figures.map(({ title }) => title)).toEqual([
      'Training loss',
      'Training accuracy',
      'Learning rate',
      'Verification on lfw in training',
    ])
    const { datasets } = chartConfig(figures[0]).data
    expect(datasets.map(({ label }) => label)).toEqual(run.trainings?.map(({ name }) => name))
    const [a, b, c, d] = datasets.map(({ borderColor }) => String(borderColor))
    expect([a === b, c === d, a === c]).toEqual([true, true, false])
    expect(datasets[0].borderDash).not.toEqual(datasets[1].borderDash)
    expect(Object.keys(DARK_COLOURS)).toEqual(expect.arrayContaining([a, c]))
    expect(figures[0].caption).toContain('seed')
  })

  it('stand in the legend once a cell, which shows and hides its seeds together', () => {
    Chart.register(...registerables)
    legendOfLines(Chart)
    const merged = mergeResults([run])
    const config = chartConfig(figuresOf(merged, comparisonTables(merged))[0])
    const canvas = createCanvas(720, 440) as unknown as HTMLCanvasElement
    const chart = new Chart(canvas, {
      ...config,
      options: { ...config.options, responsive: false },
    } as ChartConfiguration)
    const { legend } = Chart.defaults.plugins
    const labels = legend.labels.generateLabels(chart)
    expect(labels.map(({ text }) => text)).toEqual([`${run.name}: sigma 0.3`, `${run.name}: sigma mix`])
    const visible = () => chart.data.datasets.map((_, i) => chart.isDatasetVisible(i))
    const click = (label: LegendItem) =>
      legend.onClick.call(chart.legend as never, {} as never, label, { chart } as never)
    click(labels[1])
    expect(visible()).toEqual([true, true, false, false])
    click(labels[1])
    expect(visible()).toEqual([true, true, true, true])
    chart.destroy()
  })

  it('are on the page, in Markdown and as pictures, and change no table', async () => {
    const files = await renderReport([run], ['html', 'markdown', 'latex', 'csv', 'svg'])
    expect([...files.keys()].filter((name) => name.startsWith('tables/'))).toEqual([])
    expect(String(files.get('figures/training-1.svg'))).toContain('<svg')
    const [page, markdown] = ['index.html', 'report.md'].map((name) => String(files.get(name)))
    expect(page).toContain('sigma mix, seed 2</th>')
    expect(markdown).toContain('| sigma mix, seed 2 | grid: sigma mix, seed 2 | 20 | 3 | 0.400 |')
  })

  it('of two runs with the same names are told apart', () => {
    const other = { ...run, name: 'another', trainings: [training('0.3', 1, '9')] }
    const merged = mergeResults([run, other])
    const names = figuresOf(merged, comparisonTables(merged))[0].series.map(({ name }) => name)
    expect(new Set(names).size).toBe(5)
  })
})
