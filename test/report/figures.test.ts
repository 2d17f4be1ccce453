import { describe, expect, it } from 'vitest'
import { chartConfig } from '../../src/report/chart-config.js'
import { comparisonTables } from '../../src/report/comparison-table.js'
import { type Figure, withoutRepeats } from '../../src/report/figures/figure.js'
import { figuresOf } from '../../src/report/figures/list.js'
import { mergeResults } from '../../src/report/merge.js'
import { renderReport } from '../../src/report/render.js'
import type { Results } from '../../src/results/schema.js'
import { sampleReport } from './sample-report.js'

const results = sampleReport(['hsface10k', 'dcface'], ['lfw', 'calfw'], 2000)
const figuresFrom = (run: Results): Figure[] => {
  const merged = mergeResults([run])
  return figuresOf(merged, comparisonTables(merged))
}
const named = (figures: readonly Figure[], id: string): Figure => {
  const found = figures.find((figure) => figure.id === id)
  if (found === undefined) throw new Error(`no figure ${id}`)
  return found
}

/** The sample with curves of unique identities at a threshold. */
function withUnique(threshold: number): Results {
  const [dataset] = results.datasets
  const curve = {
    name: `Unique identities among the first n at ${threshold}, by r100`,
    x: [1000, 2000],
    y: [990, 1950],
    xLabel: 'identities n',
    yLabel: 'unique identities',
  }
  return { ...results, datasets: [{ ...dataset, curves: [...dataset.curves, curve] }] }
}

describe('the figures of a report', () => {
  const figures = figuresFrom(results)

  it('have an ROC whose axis begins below all that is seen, and a DET of the same points', () => {
    for (const set of ['lfw', 'calfw']) {
      const [roc, det] = [named(figures, `roc-${set}`), named(figures, `det-${set}`)]
      const seen = roc.series.flatMap(({ points }) => points.filter(([x]) => x >= (roc.xRange?.[0] ?? 0)))
      expect(Math.min(...seen.map(([, y]) => y))).toBeGreaterThanOrEqual(roc.yRange?.[0] ?? 0)
      expect(roc.logarithmic).toEqual(['x'])
      expect(det.logarithmic).toEqual(['x', 'y'])
      det.series.slice(0, 2).forEach(({ points }, row) => {
        expect(points.length).toBeGreaterThan(20)
        points.forEach(([x, y]) => {
          // Points in a row of equal ones are left out, of each curve its own.
          const [, tar] = roc.series[row].points.find(([far]) => far >= x) ?? []
          if (tar === undefined) throw new Error(`the ROC ends before ${x}`)
          // Nothing rejected stands at half a pair: a logarithmic axis has no 0.
          expect(y).toBeCloseTo(Math.max(1 - tar, 1 / 2000), 3)
        })
      })
    }
  })

  it('leave out points that lie in a row of equal ones', () => {
    const points = [1, 1, 1, 2, 2, 3, 3, 3, 3].map((y, x): [number, number] => [x, y])
    expect(withoutRepeats(points).map(([x]) => x)).toEqual([0, 2, 3, 4, 5, 8])
  })

  it("draw separability as the paper does, with its curves only at the paper's threshold", () => {
    const paper = named(figuresFrom(withUnique(0.4)), 'unique-1')
    expect(paper.series[0]).toEqual({
      name: 'faces',
      points: [
        [1000, 990],
        [2000, 1950],
      ],
    })
    const authors = paper.series.filter(({ reference }) => reference === 'paper')
    expect(authors.map(({ name }) => name)).toContain('Vec2Face (paper, read off)')
    expect(authors.find(({ name }) => name.startsWith('Arc2Face'))?.points).toContainEqual([100_000, 61_000])
    expect(paper.logarithmic).toEqual(['x', 'y'])
    expect(paper.caption).toContain('read off their picture')
    const other = named(figuresFrom(withUnique(0.3)), 'unique-1')
    expect(other.series.map(({ name }) => name)).toEqual(['faces'])
  })

  it('have one colour for the datasets of a cell, which differ by their seed, and say so', () => {
    const [dataset] = withUnique(0.4).datasets
    const further = { name: 'Histogram', xLabel: 'x', yLabel: 'y', x: [0, 1, 2], y: [1, 2, 1] }
    const cells = ['a', 'b'].flatMap((sigma) => [1, 2].map((seed) => ({ point: { sigma }, seed })))
    const datasets = cells.map(({ point: { sigma }, seed }) => {
      const id = `${sigma}-${seed}`
      return { ...dataset, id, name: id, curves: [...dataset.curves, further] }
    })
    const axes = [{ id: 'sigma', title: 'sigma', values: ['a', 'b'].map((name) => ({ name })) }]
    const grid = {
      ...{ axes, seeds: [1, 2], claims: [] },
      cells: cells.map((cell, i) => ({ ...cell, dataset: datasets[i].id })),
    }
    const figures = figuresFrom({ ...results, datasets, grid })
    const histogram = figures.find(({ title }) => title === 'Histogram') as Figure
    const unique = named(figures, 'unique-1')
    for (const { series, caption } of [histogram, unique]) {
      const own = series.slice(0, 4)
      expect(own.map(({ name }) => name)).toEqual(['a-1', 'a-2', 'b-1', 'b-2'])
      expect(own.map(({ kind }) => own.findIndex((first) => first.kind === kind))).toEqual([0, 0, 2, 2])
      expect(caption).toContain('Lines of one colour differ by the seed.')
    }
    const lines = chartConfig(histogram).data.datasets as { borderColor: string; borderDash: number[] }[]
    expect(lines[0].borderColor).toBe(lines[1].borderColor)
    expect(lines[0].borderColor).not.toBe(lines[2].borderColor)
    expect(lines[0].borderDash).not.toEqual(lines[1].borderDash)
  })

  it('have a title that a picture has room for, in lines about equally long', () => {
    const titled = (title: string): unknown =>
      chartConfig({ ...figures[0], title }).options?.plugins?.title?.text
    expect(titled('Accuracy by sigma')).toEqual(['Accuracy by sigma'])
    expect(
      titled(
        'Recognisers trained on demo faces by the average identity similarity, on five demo test sets: mean of 5 test sets',
      ),
    ).toEqual([
      'Recognisers trained on demo faces by the average identity',
      'similarity, on five demo test sets: mean of 5 test sets',
    ])
    expect(titled('x'.repeat(200))).toEqual(['x'.repeat(200)])
  })

  it('are drawn as PNG, SVG and PDF, each the same bytes again', async () => {
    const few = sampleReport(['hsface10k'], ['lfw'], 200)
    const [one, other] = [
      await renderReport([few], ['png', 'svg', 'pdf']),
      await renderReport([few], ['png', 'svg', 'pdf']),
    ]
    const heads = { png: '\u0089PNG', svg: '<?xml', pdf: '%PDF-' }
    for (const [form, head] of Object.entries(heads)) {
      const picture = Buffer.from(one.get(`figures/roc-lfw.${form}`) ?? '')
      expect(picture.toString('latin1').startsWith(head)).toBe(true)
      expect(picture.equals(Buffer.from(other.get(`figures/roc-lfw.${form}`) ?? ''))).toBe(true)
    }
    // Looks the same where the font is missing: no text is left to be set.
    expect(String(one.get('figures/roc-lfw.svg'))).not.toContain('<text')
  })
})
