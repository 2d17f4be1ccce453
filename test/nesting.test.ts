import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseJson } from '../src/json.js'
import { readResults } from '../src/results/file.js'
import { MOST_YAML_BYTES, parseYaml, readYaml } from '../src/yaml-file.js'
import { sampleReport } from './report/sample-report.js'
import { scratchFolder } from './scratch.js'

const folder = scratchFolder()
const anything = z.unknown()

describe('JSON', () => {
  it('is read as JSON.parse reads it, whatever brackets its strings hold', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8, stringUnit: fc.constantFrom('[', '{', '"', '\\', 'a') }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    ['['.repeat(101) + ']'.repeat(101)],
    [`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['not JSON'],
  ])('nested more than 100 deep, or none, is no JSON (case %#)', (text) => {
    expect(parseJson(text)).toBeUndefined()
    expect(parseJson('['.repeat(100) + ']'.repeat(100))).toBeDefined()
  })
})

describe('YAML', () => {
  it.each([
    ['- '.repeat(100_000)],
    ['['.repeat(100_000)],
    [`${'['.repeat(1000)}${']'.repeat(1000)}`],
    ['{a: '.repeat(20_000)],
    ['? '.repeat(20_000)],
    [Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
  ])('nested deeply is refused in one line (case %#)', (text) => {
    expect(() => parseYaml(text, anything, 'f.yaml')).toThrow(/^f\.yaml: nested more than 100 deep; /)
  })

  it.each([
    ['a: *nowhere', /not YAML: Unresolved alias/],
    [
      Array.from({ length: 9 }, (_, i) => `${i}: &a${i} [${`*a${i - 1},`.repeat(i === 0 ? 0 : 9)} 1]`).join(
        '\n',
      ),
      /not YAML: Excessive alias count/,
    ],
  ])('%s', (text, message) => {
    expect(() => parseYaml(text, anything, 'f.yaml')).toThrow(message)
  })

  it('larger than a file of settings is, is not read', async () => {
    const path = join(folder, 'large.yaml')
    writeFileSync(path, 'a'.repeat(MOST_YAML_BYTES + 1))
    await expect(readYaml(path, anything)).rejects.toThrow(
      /large\.yaml: the file has 262145 bytes, one of this kind has at most 262144; /,
    )
  })
})

describe('results', () => {
  const read = (change: (results: ReturnType<typeof sampleReport>) => unknown) => {
    const path = join(folder, 'results.json')
    writeFileSync(path, JSON.stringify(change(sampleReport(['a'], ['lfw'], 20))))
    return readResults(path)
  }

  it.each([
    ['distances', 'AAA=', 4],
    ['foldOf', 'AA==', 2],
  ])('whose %s are cut within a number are refused', async (key, packed, size) => {
    const damaged = (results: ReturnType<typeof sampleReport>) => ({
      ...results,
      evaluations: results.evaluations.map((evaluation) => ({ ...evaluation, [key]: packed })),
    })
    await expect(read(damaged)).rejects.toThrow(
      `damaged at 'evaluations.0.${key}' (is not made of numbers of ${size} bytes)`,
    )
  })

  it('whose subjects are not two a pair, and that are nested deeply, are refused', async () => {
    const testSets = (subjects: string) => (results: ReturnType<typeof sampleReport>) => ({
      ...results,
      testSets: results.testSets.map((set) => ({ ...set, subjects })),
    })
    await expect(read(testSets('AAAAAA=='))).rejects.toThrow("test set 'lfw' has 1 subjects for 20 pairs")
    const path = join(folder, 'deep.json')
    writeFileSync(
      path,
      `{"schema":"vec2face-bench/results","version":3,"a":${'['.repeat(9999)}${']'.repeat(9999)}}`,
    )
    await expect(readResults(path)).rejects.toThrow(/deep\.json: not JSON, or nested deeply, /)
  })
})
