import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../src/bytes/hashing.js'
import { RandomStream } from '../../src/random/philox.js'
import { type ComparisonTable, comparisonTables } from '../../src/report/comparison-table.js'
import { tableToCsv } from '../../src/report/csv.js'
import { footnotes } from '../../src/report/markdown.js'
import { mergeResults } from '../../src/report/merge.js'
import { renderReport } from '../../src/report/render.js'
import type { Results, Table } from '../../src/results/schema.js'
import { datasetOf, modelOf, resultsOf, testSetOf, verificationOf } from '../compare/simulated-runs.js'

const PAIRS = 40
const same = Uint8Array.from({ length: PAIRS }, (_, pair) => pair & 1)

/** What one run measured one network on, and how. */
interface Measurement {
  readonly model: string
  readonly network: string
  readonly testSet: string
  readonly file: string
  readonly flip: boolean
  readonly mean: number
  readonly axes?: Record<string, number>
  readonly day: number
}

function tableOf(rows: readonly string[], columns: readonly string[], id = 'verification'): Table {
  return {
    id,
    title: id,
    caption: '',
    rows: rows.map((name) => ({ name, model: name, labels: {}, reference: {} })),
    columns: columns.map((column) => ({ id: column, name: column })),
    labelColumns: [],
    average: columns.length > 1,
    source: '',
  }
}

/** A run of one measurement; the same measurement gives the same distances. */
function runOf({ model, network, testSet, file, flip, mean, axes, day }: Measurement): Results {
  const seed = Number.parseInt(
    sha256(JSON.stringify([network, testSet, file, flip, mean, axes])).slice(0, 8),
    16,
  )
  const random = new RandomStream(seed, 'rows')
  const distances = Float32Array.from(same, (label) => 1.4 - 0.1 * label + 0.2 * random.nextNormal())
  const evaluation = verificationOf(model, testSet, distances, same)
  const results = resultsOf({
    models: [{ ...modelOf(model, network), descriptor: { input: { mean: [mean, mean, mean] } } }],
    testSets: [{ ...testSetOf(testSet, same), fingerprint: sha256(testSet + file) }],
    evaluations: [
      { ...evaluation, protocol: { ...evaluation.protocol, flip }, ...(axes !== undefined && { axes }) },
    ],
    tables: [tableOf([model], [testSet])],
  })
  return {
    ...results,
    provenance: { ...results.provenance, started: `2026-01-0${day}T00:00:00.000Z` },
  }
}

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

const tablesOf = (runs: readonly Results[]) => comparisonTables(mergeResults(runs))

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

describe('what tells rows apart', () => {
  const usual: Measurement = {
    model: 'net',
    network: '1',
    testSet: 'lfw',
    file: 'a',
    flip: true,
    mean: 0.5,
    day: 1,
  }
  const namesOf = (...others: Partial<Measurement>[]): string[] =>
    tablesOf([usual, ...others.map((other) => ({ ...usual, ...other }))].map(runOf)).flatMap(({ rows }) =>
      rows.map(({ name }) => name),
    )
  const hash = (text: string): string => sha256(text).slice(0, 12)

  it('is nothing where there is one', () => {
    expect(namesOf()).toEqual(['net'])
  })
  it('is the network, where two have one name', () => {
    expect(namesOf({ network: '2' })).toEqual([
      `net (network ${hash('net1')})`,
      `net (network ${hash('net2')})`,
    ])
  })
  it('is the option of the protocol', () => {
    expect(namesOf({ flip: false })).toEqual(['net (flip)', 'net (no flip)'])
  })
  it('is how images went in', () => {
    expect(namesOf({ mean: 0.25 })).toEqual([
      'net (input.mean 0.5,0.5,0.5)',
      'net (input.mean 0.25,0.25,0.25)',
    ])
  })
  it("is the test set's file", () => {
    expect(namesOf({ file: 'b' })).toEqual([
      `net (lfw file ${hash('lfwa')})`,
      `net (lfw file ${hash('lfwb')})`,
    ])
  })
  it('is the place in a grid', () => {
    expect(namesOf({ axes: { sigma: 0.3 } }, { axes: { sigma: 0.5 } })).toEqual([
      'net',
      'net (sigma 0.3)',
      'net (sigma 0.5)',
    ])
  })
  it('is nothing where a run was repeated and found the same', () => {
    expect(namesOf({ day: 2 })).toEqual(['net'])
  })
  it('is the run, where the same was measured with other numbers', () => {
    const [one, other] = [runOf(usual), runOf({ ...usual, day: 2 })]
    const changed = { ...other, evaluations: other.evaluations.map((it) => ({ ...it, accuracy: 0.123 })) }
    const names = tablesOf([one, changed]).flatMap(({ rows }) => rows.map(({ name }) => name))
    expect(names).toEqual([
      'net (started 2026-01-01T00:00:00.000Z)',
      'net (started 2026-01-02T00:00:00.000Z)',
    ])
  })
  it('one row holds what several runs measured alike on other test sets', () => {
    expect(namesOf({ testSet: 'agedb', day: 2 })).toEqual(['net'])
  })
})

it('two networks of one id in one run could not be told apart: results refuse them', async () => {
  const { contradictionIn } = await import('../../src/results/consistency.js')
  const results = resultsOf({ models: [modelOf('net', '1'), modelOf('net', '2')] })
  expect(contradictionIn(results)).toBe("there are two models 'net'")
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
