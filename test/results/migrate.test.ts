import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compareRuns } from '../../src/compare/compare-runs.js'
import { policySchema } from '../../src/compare/policy.js'
import { isOf } from '../../src/results/evaluation.js'
import { readResults, writeResults } from '../../src/results/file.js'
import { metricName } from '../../src/results/metric.js'
import { scratchFolder } from '../scratch.js'

/** Parts of the quickstart's results as programs of those versions wrote them. */
const kept = (version: number): string => fileURLToPath(new URL(`version-${version}.json`, import.meta.url))
const folder = scratchFolder()

interface Older {
  version: number
  models: { id: string; name: string; sha256: string }[]
  testSets: { id: string; fingerprint: string; pairs: number }[]
  verification: { model: string; testSet: string; accuracy: number; distances: string; protocol: object }[]
  datasets: { metrics: { name: string; value: number; samples?: number[]; against?: string }[] }[]
  tables: { rows: { name: string; model?: string }[]; columns: { id: string; name: string }[] }[]
}
const older = (version: number): Older => JSON.parse(readFileSync(kept(version), 'utf8')) as Older
const save = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(content))
  return path
}

describe.each([1, 2])('results of version %i', (version) => {
  it('are read with every number as it was', async () => {
    const before = older(version)
    const after = await readResults(kept(version))
    expect(before.version).toBe(version)
    expect(after.version).toBe(3)
    expect(after.evaluations).toHaveLength(before.verification.length)
    after.evaluations.forEach((evaluation, i) => {
      const { protocol, ...numbers } = before.verification[i]
      expect(evaluation).toEqual({ ...numbers, protocol: { kind: 'pairs', ...protocol }, doubts: [] })
    })
    const values = (metrics: { value: number; samples?: number[] | undefined }[]) =>
      metrics.map(({ value, samples }) => ({ value, samples }))
    expect(after.datasets.map(({ metrics }) => values(metrics))).toEqual(
      before.datasets.map(({ metrics }) => values(metrics)),
    )
  })

  it('have metrics in parts', async () => {
    const { datasets } = await readResults(kept(version))
    const parts = datasets[0].metrics.map(({ family, parameters, by, against }) => ({
      family,
      parameters,
      ...(by !== undefined && { by }),
      ...(against !== undefined && { against }),
    }))
    expect(parts).toEqual(
      expect.arrayContaining([
        { family: 'separable', parameters: { threshold: 0.4 }, by: 'demo-recogniser-a' },
        { family: 'unique', parameters: { threshold: 0.4 }, by: 'demo-recogniser-b' },
        { family: 'average identity similarity', parameters: {}, by: 'demo-recogniser-a' },
        { family: 'imagesPerSecond', parameters: { batch: 8 } },
        { family: 'generator parameters', parameters: {} },
        {
          family: 'demo-FID',
          parameters: {},
          by: 'demo-fid',
          ...(version > 1 && { against: 'demo-real' }),
        },
      ]),
    )
  })

  it('are the same after they were written as the newest version', async () => {
    const once = await readResults(kept(version))
    const path = join(folder, `again-${version}.json`)
    await writeResults(path, once)
    expect(await readResults(path)).toEqual(once)
  })

  it('are no regression against themselves', async () => {
    const path = join(folder, `newest-${version}.json`)
    await writeResults(path, await readResults(kept(version)))
    const [base, next] = await Promise.all([readResults(kept(version)), readResults(path)])
    const { outcome, changes, notCompared } = compareRuns(
      [{ path: 'base', results: base }],
      [{ path: 'next', results: next }],
      { policy: policySchema.parse({ resamples: 100 }) },
    )
    expect({ outcome, changes, notCompared }).toEqual({ outcome: 'fine', changes: [], notCompared: [] })
  })

  it('that are damaged are told by their place', async () => {
    const damaged = { ...older(version), datasets: 'gone' }
    await expect(readResults(save(`damaged-${version}.json`, damaged))).rejects.toThrow(
      /the results are damaged at 'datasets'/,
    )
    const cut = older(version)
    cut.verification[0].distances = cut.verification[0].distances.slice(0, 400)
    await expect(readResults(save(`cut-${version}.json`, cut))).rejects.toThrow(
      /has 75 distances for 600 pairs/,
    )
  })
})

it('shows metrics as version 2 called them, so that its policies hold', async () => {
  const before = older(2).datasets[0].metrics.filter(({ against }) => against === undefined)
  const after = (await readResults(kept(2))).datasets[0].metrics
  expect(after.map(metricName)).toEqual(expect.arrayContaining(before.map(({ name }) => name)))
})

describe('networks and test sets of one name in version 2', () => {
  const twice = <T extends object>(things: readonly T[], change: (thing: T) => Partial<T>): T[] => [
    ...things,
    ...things.map((thing) => ({ ...thing, ...change(thing) })),
  ]

  it('are told apart by their hashes, each with its own numbers', async () => {
    const results = older(2)
    const recogniser = results.models.filter(({ id }) => id === 'demo-recogniser-a')
    const [entry] = results.verification
    const testSets = results.testSets.filter(({ id }) => id === entry.testSet)
    // two networks by two files, in the order in which `verify` made them
    const file = save('namesakes.json', {
      ...results,
      models: twice(recogniser, () => ({ sha256: 'a'.repeat(64) })),
      testSets: twice(testSets, () => ({ fingerprint: 'b'.repeat(64) })),
      verification: [0.1, 0.2, 0.3, 0.4].map((accuracy) => ({ ...entry, accuracy })),
      tables: [
        {
          ...results.tables[0],
          rows: [{ name: 'demo-recogniser-a', model: 'demo-recogniser-a', labels: {}, reference: {} }],
          columns: [{ id: entry.testSet, name: entry.testSet }],
        },
      ],
      datasets: [],
    })
    const { evaluations, tables } = await readResults(file)
    const [one, other] = [recogniser[0].sha256.slice(0, 8), 'aaaaaaaa'].map(
      (hash) => `demo-recogniser-a (${hash})`,
    )
    const [first, second] = [testSets[0].fingerprint.slice(0, 8), 'bbbbbbbb'].map(
      (hash) => `${entry.testSet} (${hash})`,
    )
    expect(
      evaluations.map((it) => [it.model, it.testSet, isOf(it, 'pairs') ? it.accuracy : undefined]),
    ).toEqual([
      [one, first, 0.1],
      [one, second, 0.2],
      [other, first, 0.3],
      [other, second, 0.4],
    ])
    expect(tables[0].rows.map(({ model }) => model)).toEqual([one, other])
    expect(tables[0].columns.map(({ id }) => id)).toEqual([first, second])
  })
})
