import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FeatureCache } from '../../../src/features/cache.js'
import { silent } from '../../../src/progress.js'
import { renderReport } from '../../../src/report/render.js'
import { readResults, writeResults } from '../../../src/results/file.js'
import { demoWorld } from '../../../src/run/demo-sources.js'
import { cellsOf } from '../../../src/run/grid/grid-of-spec.js'
import { openCells } from '../../../src/run/grid/open-cells.js'
import { planSpec } from '../../../src/run/grid/plan-spec.js'
import type { RunOptions } from '../../../src/run/run-options.js'
import { runSpec } from '../../../src/run/run-spec.js'
import { loadSpec } from '../../../src/run/spec.js'
import { scratchFolder } from '../../scratch.js'

const folder = scratchFolder()
const path = join(folder, 'tiny.yaml')
writeFileSync(
  path,
  `name: tiny
title: A tiny grid
pairsPerFold: 2
axes:
  images: { title: images an identity, path: generate.images, values: [2, 3] }
seeds: [1, 2]
cell:
  generate: { generator: demo-generator, identityFeatures: demo-identity-features, identities: 4, maxSimilarity: 0.9 }
  train:
    inside:
      network: { architecture: demonet, depth: tiny, featureSize: 16 }
      batch: 4
      steps: 2
      augmentation: {}
tables:
  - { id: tiny, title: Tiny, columns: { demo-lfw: demo-LFW }, average: true }
claims:
  - { id: mine, text: more images are better, needs: [{ above: { images: 3 }, below: { images: 2 } }] }
`,
)

const optionsIn = (cacheFolder: string, made: string[]): RunOptions => ({
  ...{ sources: demoWorld, cacheFolder, progress: silent, command: [], log: () => {} },
  session: { provider: 'cpu', threads: 1 },
  cache: new FeatureCache(join(cacheFolder, 'features')),
  onMade: (line) => made.push(line),
})

describe('a grid, from vectors to claims', () => {
  const cache = join(folder, 'cache')

  it('is made once: a shard makes its cells, the whole the others, and the next run nothing', async () => {
    const loaded = await loadSpec(path)
    const before = await planSpec(loaded, optionsIn(cache, []))
    expect(before).toMatchObject({ images: 40, trainings: 4 })
    // Two at once take half as long, but not less than the longest cell.
    const two = await planSpec(loaded, optionsIn(cache, []), 2)
    expect(two?.seconds).toBeCloseTo((before?.seconds ?? 0) / 2, 9)
    const many = await planSpec(loaded, optionsIn(cache, []), 1000)
    expect(many?.seconds).toBe(Math.max(...(before?.cells ?? []).map(({ seconds }) => seconds)))
    // The vectors of a seed are shared by both values.
    expect(before?.kinds[0]).toMatchObject({ kind: 'vectors', stages: 2, kept: 0 })

    const ofShard: string[] = []
    const cells = await openCells(loaded, [0, 2], optionsIn(cache, ofShard))
    expect([await cells.make(0), await cells.make(2)]).toEqual([undefined, undefined])
    await cells.close()
    expect(ofShard.filter((line) => line.startsWith('train'))).toHaveLength(2)

    const ofWhole: string[] = []
    const results = await runSpec(loaded, optionsIn(cache, ofWhole))
    expect(ofWhole.filter((line) => line.startsWith('train'))).toHaveLength(2)
    expect(results.evaluations.map(({ axes }) => axes)).toEqual([
      { images: 2, seed: 1 },
      { images: 2, seed: 2 },
      { images: 3, seed: 1 },
      { images: 3, seed: 2 },
    ])
    const recognisers = results.models.filter(({ role }) => role === 'recogniser')
    expect(recognisers).toHaveLength(4)
    expect(new Set(recognisers.map(({ sha256 }) => sha256)).size).toBe(4)
    expect(recognisers.every(({ demo }) => demo)).toBe(true)
    expect(results.grid).toMatchObject({
      seeds: [1, 2],
      cells: cellsOf(loaded).map(({ seed }) => ({ seed })),
    })

    const again: string[] = []
    const repeated = await runSpec(loaded, optionsIn(cache, again))
    expect(again).toEqual([])
    expect(repeated.evaluations).toEqual(results.evaluations)
    const after = await planSpec(loaded, optionsIn(cache, []))
    expect(after?.kinds.every(({ stages, kept }) => stages === kept)).toBe(true)
    await writeResults(join(folder, 'tiny.json'), results)
  })

  it('is a table of its points, a curve with a band, and its claim in a report', async () => {
    const files = await renderReport(
      [await readResults(join(folder, 'tiny.json'))],
      ['markdown', 'csv', 'html'],
    )
    const markdown = String(files.get('report.md'))
    expect(markdown).toMatch(/\| 2 \(demo\) \| .*\[.*\] \|/)
    expect(markdown).toContain('the mean of 2 seeds with its 95 % interval over seeds')
    expect(markdown).toMatch(
      /\| more images are better \| \*\*[a-z ]+\*\* \(demo\) \| images 3 against images 2 on demo-lfw, 2 seeds/,
    )
    expect(String(files.get('index.html'))).toContain('mean over seeds, interval')
    expect(String(files.get('tables/tiny.csv')).split('\n')[0]).toContain('low,high')
  })
})
