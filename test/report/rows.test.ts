import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../src/bytes/hashing.js'
import type { ComparisonTable } from '../../src/report/comparison-table.js'
import { tableToCsv } from '../../src/report/csv.js'
import { footnotes } from '../../src/report/markdown.js'
import { renderReport } from '../../src/report/render.js'
import type { Results, Table } from '../../src/results/schema.js'
import { datasetOf, resultsOf } from '../compare/simulated-runs.js'
import { runOf, tableOf, tablesOf } from './measured-rows.js'

const measurement = fc.record({
  model: fc.constantFrom('net', 'other'),
  network: fc.constantFrom('1', '2'),
  testSet: fc.constantFrom('lfw', 'agedb'),
  file: fc.constantFrom('a', 'b'),
  flip: fc.boolean(),
  mean: fc.constantFrom(0.5, 127.5),
  axes: fc.constantFrom({ sigma: 0.3 }, { sigma: 0.5 }),
  day: fc.integer({ min: 1, max: 3 }),
})

/** The rows as text, sorted: name, and what each column shows. */
function shown(tables: readonly ComparisonTable[]): string[] {
  return tables
    .flatMap((table) =>
      table.rows.map(({ name, cells }) => {
        const columns = table.testSets.map((id, i) => [id, cells[i]] as const)
        return JSON.stringify([table.id, name, columns.sort(([a], [b]) => (a < b ? -1 : 1))])
      }),
    )
    .sort()
}

describe('the rows of a table', () => {
  it('show every evaluation, each by what it was made with', () => {
    fc.assert(
      fc.property(fc.array(measurement, { minLength: 1, maxLength: 8 }), (measurements) => {
        const runs = measurements.map(runOf)
        const cells = tablesOf(runs).flatMap(({ rows }) => rows.flatMap(({ evaluations }) => evaluations))
        for (const run of runs) {
          const [{ fingerprint }] = run.testSets
          const [{ sha256: network, descriptor }] = run.models
          const [{ seconds: _, ...numbers }] = run.evaluations
          expect(
            cells.some(
              (cell) =>
                cell?.testSet?.fingerprint === fingerprint &&
                cell.model?.sha256 === network &&
                JSON.stringify(cell.model.descriptor) === JSON.stringify(descriptor) &&
                JSON.stringify({ ...cell.evaluation, seconds: undefined }) ===
                  JSON.stringify({ ...numbers, seconds: undefined }),
            ),
          ).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('are the same rows in whatever order the runs are named', () => {
    fc.assert(
      fc.property(
        fc
          .array(measurement, { minLength: 2, maxLength: 6 })
          .chain((measurements) =>
            fc.tuple(
              fc.constant(measurements),
              fc.shuffledSubarray(measurements, { minLength: measurements.length }),
            ),
          ),
        ([measurements, shuffled]) => {
          expect(shown(tablesOf(shuffled.map(runOf)))).toEqual(shown(tablesOf(measurements.map(runOf))))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('have names that tell them apart', () => {
    fc.assert(
      fc.property(fc.array(measurement, { minLength: 1, maxLength: 8 }), (measurements) => {
        for (const { rows } of tablesOf(measurements.map(runOf))) {
          const names = rows.map(({ name }) => name)
          expect(new Set(names).size).toBe(names.length)
        }
      }),
      { numRuns: 60 },
    )
  })
})

it('evaluations that no table names have a table', () => {
  const results = {
    ...runOf({ model: 'net', network: '1', testSet: 'lfw', file: 'a', flip: true, mean: 0.5, day: 1 }),
    tables: [],
  }
  const [table] = tablesOf([results])
  expect(table).toMatchObject({ id: 'further-evaluations', testSets: ['lfw'], hasMeasured: true })
  expect(tableToCsv(table)).toMatch(/^further-evaluations,net,/m)
})

it('what was left out stands below the table', () => {
  const run = runOf({ model: 'net', network: '1', testSet: 'lfw', file: 'a', flip: true, mean: 0.5, day: 1 })
  const leftOut = { unreadable: 1, passedOver: 0, pairs: 3, examples: ['img9.jpg: does not decode'] }
  const [table] = tablesOf([{ ...run, evaluations: run.evaluations.map((it) => ({ ...it, leftOut })) }])
  expect(footnotes(table)).toContain('Left out as unreadable: lfw: 1 image and 3 pairs.')
  expect(footnotes(tablesOf([run])[0]).join()).not.toMatch(/Left out/)
})

it('rows of one name whose figures differ stay apart, others are joined', () => {
  const table = (reference: Record<string, number>): Table => {
    const laid = tableOf(['net'], ['lfw', 'agedb'])
    return { ...laid, rows: laid.rows.map((row) => ({ ...row, reference })) }
  }
  const figures = (...references: Record<string, number>[]) =>
    tablesOf(references.map((reference, i) => resultsOf({ tables: [table(reference)], seed: i }))).flatMap(
      ({ rows }) => rows.map(({ cells }) => cells.map(({ paper }) => paper ?? null).slice(0, 2)),
    )
  expect(figures({ lfw: 99 }, { agedb: 90 })).toEqual([[99, 90]])
  expect(figures({ lfw: 99 }, { lfw: 98 })).toEqual([
    [99, null],
    [98, null],
  ])
})

it('datasets of one id in two runs are sections of their own', async () => {
  const run = (fingerprint: string): Results => {
    return resultsOf({ datasets: [{ ...datasetOf('faces', []), fingerprint: sha256(fingerprint) }] })
  }
  const page = String((await renderReport([run('a'), run('b')], ['html'])).get('index.html'))
  expect(page.match(/id="dataset-faces(-2)?"/g)).toEqual(['id="dataset-faces"', 'id="dataset-faces-2"'])
  expect(page).toContain(`faces (content ${sha256('a').slice(0, 12)})`)
})
