import { describe, expect, it } from 'vitest'
import { compareRuns } from '../../src/compare/compare-runs.js'
import { comparisonTables } from '../../src/report/comparison-table.js'
import { differencesOf } from '../../src/report/differences.js'
import { tableToLatex } from '../../src/report/latex.js'
import { tableToMarkdown } from '../../src/report/markdown.js'
import { mergeResults } from '../../src/report/merge.js'
import { chosenTables, numberTables, requireNumbers } from '../../src/report/number-tables.js'
import { loadSpec } from '../../src/run/spec.js'
import { layOutTable } from '../../src/run/tables.js'
import { resultsOf } from '../compare/simulated-runs.js'
import { sampleReport, TEN_MODELS } from './sample-report.js'

const results = sampleReport(TEN_MODELS.slice(0, 3), ['lfw', 'calfw'], 2000)
const [table] = comparisonTables(mergeResults([results]))

describe('the rows of a table against its best', () => {
  const differences = differencesOf(table)

  it('are in points, on the same pairs, as a comparison of two runs finds them', () => {
    expect(differences?.leader).toBe('hsface10k')
    const as = (model: string) => ({
      ...results,
      evaluations: results.evaluations
        .filter((evaluation) => evaluation.model === model)
        .map((evaluation) => ({ ...evaluation, model: 'one' })),
      models: results.models.filter(({ id }) => id === model).map((one) => ({ ...one, id: 'one' })),
    })
    const compared = compareRuns(
      [{ path: 'a', results: as('hsface10k') }],
      [{ path: 'b', results: as('hsface20k') }],
      { roc: false },
    )
    const accuracies = compared.metrics.filter(({ metric }) => metric === 'accuracy')
    accuracies.forEach(({ difference, interval }, column) => {
      const cell = differences?.rows[0].cells[column]
      expect(cell?.difference).toBeCloseTo(100 * difference, 9)
      // Forty halves here, a thousand there: the limits differ by what the choice of thresholds adds.
      expect(cell?.low).toBeCloseTo(100 * (interval?.low ?? 0), 0)
      expect(cell?.high).toBeCloseTo(100 * (interval?.high ?? 0), 0)
    })
  })

  it('say in a sentence what won, by how much, and whether that is more than noise', () => {
    expect(differences?.verdict).toMatch(
      /^hsface10k is highest in the mean of 2 test sets with \d+\.\d+ %, \+\d\.\d\d points \[[+−]\d\.\d\d, \+\d\.\d\d\] against hsface20k: (more than|within) noise$/,
    )
    const twice = { ...results, evaluations: results.evaluations.slice(0, 3) }
    const [alone] = comparisonTables(mergeResults([{ ...twice, evaluations: twice.evaluations.slice(0, 1) }]))
    expect(differencesOf(alone)).toBeUndefined()
  })
})

describe('other numbers of the same evaluations', () => {
  it('are the evaluations own, with the best marked by the direction of each', () => {
    const [eer] = chosenTables(table, ['eer'])
    eer.rows.forEach(({ name, cells }) => {
      const own = results.evaluations.filter(({ model }) => model === name)
      expect(cells.slice(0, own.length).map(({ measured }) => measured)).toEqual(
        own.map((evaluation) => 100 * evaluation.eer),
      )
    })
    const column = eer.rows.map(({ cells }) => cells[0])
    const lowest = Math.min(...column.map(({ measured }) => measured ?? 100))
    expect(column.filter(({ best }) => best).map(({ measured }) => measured)).toEqual([lowest])
  })

  it('leave out rates that the pairs can not tell, and refuse unknown names', () => {
    const ids = numberTables(table).map(({ number }) => number?.id)
    // Of 1,000 different pairs one is a rate of 0.001.
    expect(ids).toEqual(['deviation', 'auc', 'eer', 'tar@0.1', 'tar@0.01', 'tar@0.001', 'threshold'])
    expect(() => requireNumbers([table], ['tar@0.5'])).toThrow(
      /no number 'tar@0\.5'.*there are accuracy, deviation/,
    )
  })
})

describe('what a table says of others', () => {
  it("marks later work as such, and tells where the authors' pages disagree", async () => {
    const { spec } = await loadSpec('benchmarks/table1.yaml')
    const laidOut = await layOutTable(spec.tables[0], 'benchmarks/table1.yaml')
    const [shown] = comparisonTables(mergeResults([resultsOf({ tables: [laidOut] })]))
    const text = tableToMarkdown(shown)
    expect(text).toMatch(/\| VFace10K \|.*\*99\.35\*‡/)
    expect(text).toMatch(/\| HSFace10K \|.*\*98\.87\*†/)
    expect(text).toContain('‡ figures of later work, not measured here: Vec2Face\\_plus README')
    expect(text).toContain(
      "The authors' pages disagree: IDnet's average is printed as 79.13; the mean of its row is 77.20.",
    )
    expect(text).not.toContain('Eclipse')
  })

  it('is set in LaTeX as wide as it is asked to be, with intervals where they are asked for', () => {
    const ten = comparisonTables(mergeResults([sampleReport(TEN_MODELS.slice(0, 2), undefined, 400)]))[0]
    const page = tableToLatex(ten)
    expect(page).toMatch(/\\begin\{table\*\}/)
    expect(page.match(/\\begin\{tabular\}/g)).toHaveLength(1)
    expect(page).not.toContain('interval')
    const column = tableToLatex(ten, { width: 'column', intervals: true })
    expect(column).toMatch(/\\begin\{table\}/)
    expect(column.match(/\\begin\{tabular\}/g)?.length).toBeGreaterThan(1)
    expect(column).toMatch(/\{\\tiny \d+\.\d+--\d+\.\d+\}/)
    expect(column).toContain('95 \\% interval')
    expect(column).not.toContain('higher than a page')
    const rows = comparisonTables(mergeResults([sampleReport(TEN_MODELS, undefined, 400)]))[0]
    expect(tableToLatex(rows, { width: 'column', intervals: true })).toContain('% higher than a page')
  })
})
