import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FeatureCache } from '../../src/features/cache.js'
import { renamed } from '../../src/progress.js'
import { demoWorld } from '../../src/run/demo-sources.js'
import { planSpec } from '../../src/run/grid/plan-spec.js'
import type { RunOptions } from '../../src/run/run-options.js'
import { planRun } from '../../src/run/run-plan.js'
import { runSpec } from '../../src/run/run-spec.js'
import { stepsBefore } from '../../src/run/run-steps.js'
import { type LoadedSpec, specSchema } from '../../src/run/spec.js'
import { StageStore } from '../../src/run/stages/stage-store.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const spec = specSchema.parse({
  name: 'small',
  title: 'Small',
  pairsPerFold: 2,
  tables: [
    {
      ...{ id: 't', title: 'T', columns: { 'demo-lfw': 'LFW', 'demo-agedb': 'AgeDB', nowhere: 'Nowhere' } },
      rows: [{ name: 'a', model: 'demo-recogniser-b' }],
    },
  ],
})
const loaded: LoadedSpec = { spec, path: join(folder, 'small.yaml'), text: '', sha256: '' }
const steps: string[] = []
const options: RunOptions = {
  sources: demoWorld,
  session: { provider: 'cpu', threads: 1 },
  cacheFolder: folder,
  cache: new FeatureCache(join(folder, 'features')),
  progress: {
    ...{ start: (label) => void steps.push(`${steps.pop() ?? ''} ${label}`), update() {}, stop() {} },
    step: ({ number, of }) => void steps.push(`${number}/${of}`),
  },
  command: [],
  log: () => {},
}

describe('the plan of a run', () => {
  it('says what is to do, how long it takes and what is missing; the run counts the same steps', async () => {
    const { steps: before, missing } = await planRun(loaded, ['demo-recogniser-b'], options)
    expect(before.map(({ name, kept }) => [name, kept])).toEqual([
      ['drawing demo-lfw', false],
      ['drawing demo-agedb', false],
      ['demo-recogniser-b on demo-lfw', false],
      ['demo-recogniser-b on demo-agedb', false],
    ])
    expect(before.map(({ measured }) => measured)).toEqual([false, false, true, true])
    for (const { seconds } of before) expect(seconds).toBeGreaterThan(0)
    expect(missing.map(({ id }) => id)).toEqual(['nowhere'])
    await runSpec(loaded, options)
    expect(steps).toEqual([
      '1/4 drawing demo-lfw',
      '2/4 drawing demo-agedb',
      '3/4 demo-recogniser-b on demo-lfw',
      '4/4 demo-recogniser-b on demo-agedb',
    ])
  })

  it('says what is kept', async () => {
    const { steps: after } = await planRun(loaded, ['demo-recogniser-b'], options)
    expect(after).toEqual([
      { name: 'demo-recogniser-b on demo-lfw', kept: true },
      { name: 'demo-recogniser-b on demo-agedb', kept: true },
    ])
  })
})

describe('the plan of a grid over a dataset that is drawn on first use', () => {
  it('draws it first, knows how many images it has, and nothing of what is made of it', async () => {
    const grid = specSchema.parse({
      ...{ name: 'grid', title: 'Grid', seeds: [1, 2] },
      axes: { rate: { path: 'train.inside.optimiser.rate', values: [0.1, 0.2] } },
      cell: {
        dataset: 'demo-real-identities',
        train: {
          inside: {
            network: { architecture: 'demonet', depth: 'tiny' },
            steps: 5,
            optimiser: { kind: 'sgd' },
          },
        },
      },
      tables: [{ id: 't', title: 'T', columns: { 'demo-lfw': 'LFW' } }],
    })
    const ofGrid: LoadedSpec = { ...loaded, spec: grid }
    const empty = { ...options, cacheFolder: join(folder, 'empty'), pairsPerFold: 2 }
    const { steps: drawn } = await planRun(ofGrid, [], empty)
    expect(drawn.map(({ name }) => name)).toEqual(['drawing demo-lfw', 'drawing demo-real-identities'])
    const [first, last] = drawn.map(({ seconds = 0 }) => seconds)
    expect(last / first).toBeCloseTo(10_000 / 40, 6)
    const overview = await planSpec(ofGrid, empty)
    expect(overview).toMatchObject({ images: 0, trainings: 4 })
    const measure = { identities: { recognisers: ['demo-recogniser-b'] } }
    const datasets = [{ id: 'demo-real-identities', name: 'People', measure }]
    const measured = { ...ofGrid, spec: specSchema.parse({ ...grid, datasets }) }
    const store = new StageStore({ cacheFolder: empty.cacheFolder, log: () => {}, threads: 1 })
    const names = (await stepsBefore(measured, [], empty, store)).map(({ name }) => name)
    expect(names.slice(0, 2)).toEqual(['drawing demo-lfw', 'drawing demo-real-identities'])
    expect(names).toEqual([...new Set(names)])
  })
})

describe('progress of what lies in the cache', () => {
  it('calls it by its name, whatever file of it is read', () => {
    const labels: string[] = []
    const progress = { start: (label: string) => void labels.push(label), update() {}, stop() {} }
    const named = renamed(progress, '/cache/datasets/0f', 'HSFace, 1,000 identities')
    named.start('r50 on /cache/datasets/0f/dataset.lmdb', 1, 'images')
    named.start('r50 on /cache/datasets/0f', 1, 'images')
    expect(labels).toEqual(['r50 on HSFace, 1,000 identities', 'r50 on HSFace, 1,000 identities'])
  })
})
