import { sampleReport } from '../../../report/sample-report.js'
import { HOSTILE_BYTES, type HostileFile, repeated } from '../hostile-file.js'

/** Valid results, with `piece` as often as fits in place of the value of a key. */
function resultsWith(key: string, piece: string, open = '[', close = ']'): Uint8Array {
  const sample = JSON.stringify({ ...sampleReport(['a'], ['lfw'], 10), [key]: 'HERE' })
  const [head, tail] = sample.split('"HERE"')
  return repeated(`${piece},`, `${head}${open}`, `${piece}${close}${tail}`)
}

/** Keys that differ, with a value each. */
function manyKeys(): string {
  const keys: string[] = []
  for (let length = 0; length < HOSTILE_BYTES - 100_000; length += keys[keys.length - 1].length + 1)
    keys.push(`"k${keys.length.toString(36)}":0`)
  return `{${keys.join()}}`
}

function labelled(labels: string): Uint8Array {
  const report = sampleReport(['a'], ['lfw'], 10)
  const [table] = report.tables
  const rows = [{ ...table.rows[0], labels: 'HERE' }]
  return Buffer.from(JSON.stringify({ ...report, tables: [{ ...table, rows }] }).replace('"HERE"', labels))
}

/** Results of a run. */
export const hostileResults: readonly HostileFile[] = [
  {
    reader: 'results',
    what: '10 million numbers for evaluations',
    make: () => resultsWith('evaluations', '0'),
  },
  { reader: 'results', what: '6 million empty objects for models', make: () => resultsWith('models', '{}') },
  { reader: 'results', what: '6 million empty lists for tables', make: () => resultsWith('tables', '[]') },
  { reader: 'results', what: '5 million warnings', make: () => resultsWith('warnings', '""') },
  {
    reader: 'results',
    what: '400,000 things that are missing',
    make: () => resultsWith('missing', '{"kind":"model","id":"a","howToGet":"b"}'),
  },
  { reader: 'results', what: 'a title of 20 MB', make: () => resultsWith('title', 'x', '"', '"') },
  {
    reader: 'results',
    what: 'a million keys that are not known',
    make: () => Buffer.from(`{"schema":"vec2face-bench/results","version":3,${manyKeys().slice(1)}`),
  },
  {
    reader: 'results',
    what: 'lists of 90 levels, over and over',
    make: () => resultsWith('datasets', `${'['.repeat(90)}${']'.repeat(90)}`),
  },
  {
    reader: 'results',
    what: 'a curve of 10 million points',
    make: () =>
      resultsWith('datasets', '0', '[{"curves":[{"name":"a","xLabel":"","yLabel":"","y":[],"x":[', ']}]}]'),
  },
  {
    reader: 'results',
    what: 'a million labels of a row, of the wrong kind',
    make: () => labelled(manyKeys()),
  },
]
