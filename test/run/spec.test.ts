import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askedFor } from '../../src/measures/list.js'
import { idsOf } from '../../src/run/attrop-spec.js'
import { readCatalogue } from '../../src/run/catalogue.js'
import { cellsOf, gridOf, pointsOf } from '../../src/run/grid/grid-of-spec.js'
import { readPathsFile } from '../../src/run/paths-file.js'
import { loadSpec, specSchema } from '../../src/run/spec.js'
import { layOutTable } from '../../src/run/tables.js'
import { parseYaml } from '../../src/yaml-file.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()

describe('a spec that is wrong', () => {
  const parse = (text: string) => () => parseYaml(text, specSchema, 'spec.yaml')

  it('names an unknown key, its line and the keys that there are', () => {
    expect(parse('name: a\ntitle: A\nprotocol:\n  fold: 10\n')).toThrow(
      /spec\.yaml:4: key 'protocol': unknown key 'fold'; the keys here are folds, givenFolds, flip/,
    )
  })

  it('names the allowed values', () => {
    expect(parse('name: a\ntitle: A\nprotocol:\n  distance: cosine\n')).toThrow(
      /spec\.yaml:4: key 'protocol\.distance': must be one of 'squared-euclidean', 'angular'/,
    )
  })

  it('names a missing key', () => {
    expect(parse('name: a\n')).toThrow(/key 'title'/)
  })

  it('says that there is nothing to time', () => {
    const spec = 'name: a\ntitle: A\ndatasets:\n  - { id: x, name: X, measure: { speed: {} } }\n'
    expect(parse(spec)).toThrow(/spec\.yaml:4: key 'datasets\.0\.measure\.speed': there is nothing to time/)
  })

  it('says where YAML itself is broken', () => {
    expect(parse('name: [a\ntitle: A\n')).toThrow(/spec\.yaml:\d+:\d+: not YAML/)
  })
})

describe('the specs in benchmarks/', () => {
  const specs = readdirSync('benchmarks').filter(
    (name) => name.endsWith('.yaml') && !['catalogue.yaml', 'paths.example.yaml'].includes(name),
  )

  it.each(specs)('%s is valid and finds the figures of the paper', async (name) => {
    const loaded = await loadSpec(join('benchmarks', name))
    const cells = cellsOf(loaded)
    if (cells.length > 0) expect(gridOf(loaded).claims.length).toBeGreaterThan(0)
    for (const table of loaded.spec.tables) {
      const layout = await layOutTable(table, loaded.path, pointsOf(cells))
      expect(layout.rows.length).toBeGreaterThan(0)
      if (table.paper)
        for (const row of layout.rows)
          expect(Object.keys(row.reference)).toEqual(layout.columns.map(({ id }) => id))
    }
  })

  it('name nothing of which the catalogue could not say how to get it', async () => {
    for (const name of specs.filter((spec) => !/quick|real|demo/.test(spec))) {
      const loaded = await loadSpec(join('benchmarks', name))
      const { spec, path } = loaded
      const catalogue = await readCatalogue(path, spec.catalogue)
      const cells = cellsOf(loaded).map((cell) => cell.spec)
      const models = [
        ...spec.tables.flatMap(({ rows }) => rows.map(({ model }) => model)),
        ...[...spec.datasets, ...cells].flatMap(({ generate, measure }) => [
          generate?.generator,
          ...(generate?.attrop ? idsOf(generate.attrop) : []),
          ...askedFor(measure).flatMap(({ needs }) => needs.pipelines ?? []),
          ...askedFor(measure).flatMap(({ needs }) => (needs.models ?? []).map(({ id }) => id)),
        ]),
      ].filter((id) => id !== undefined)
      const datasets = [
        ...spec.datasets.flatMap(({ id, generate, measure }) => [
          generate?.identityFeatures ?? id,
          ...askedFor(measure).flatMap(({ needs }) => needs.references ?? []),
        ]),
        ...cells.flatMap(({ generate }) => generate?.identityFeatures ?? []),
      ]
      const trainers = cells.flatMap(({ train }) => train?.outside ?? [])
      expect(Object.keys(catalogue.trainers), name).toEqual(expect.arrayContaining(trainers))
      expect(Object.keys(catalogue.models), name).toEqual(expect.arrayContaining(models))
      expect(Object.keys(catalogue.datasets), name).toEqual(expect.arrayContaining(datasets))
    }
  })

  it("hold the paper's averages, which are the means of the five sets to two digits in every row but IDnet's", async () => {
    for (const name of ['table1', 'table2']) {
      const { spec, path } = await loadSpec(`benchmarks/${name}.yaml`)
      for (const row of (await layOutTable(spec.tables[0], path)).rows) {
        const figures = Object.values(row.reference)
        const mean = figures.reduce((sum, value) => sum + value, 0) / figures.length
        const off = Math.abs(mean - (row.referenceAverage ?? Number.NaN))
        if (row.name === 'IDnet') expect(off).toBeCloseTo(1.93, 2)
        else expect(off, row.name).toBeLessThan(0.0101)
      }
    }
  })
})

describe('a paths file', () => {
  it('says which key leads nowhere', async () => {
    const file = join(folder, 'paths.yaml')
    writeFileSync(file, 'models: { r50: nowhere.onnx }\n')
    const sources = await readPathsFile(file)
    const options = { cacheFolder: folder, progress: { start() {}, update() {}, stop() {} } }
    await expect(sources.model('r50', options)).rejects.toThrow(/'models\.r50' is not there: .*nowhere\.onnx/)
    expect(await sources.model('r100', options)).toBeUndefined()
  })
})
