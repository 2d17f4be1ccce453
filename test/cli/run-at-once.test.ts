import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readResults } from '../../src/results/file.js'
import { withoutTimes } from '../run/without-times.js'
import { scratchFolder } from '../scratch.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()
const spec = join(folder, 'grid.yaml')
writeFileSync(
  spec,
  `name: grid
title: Three cells
pairsPerFold: 2
axes:
  images: { path: generate.images, values: [2, 3, 4] }
cell:
  generate: { generator: demo-generator, identityFeatures: demo-identity-features, identities: 4, maxSimilarity: 0.9 }
  train:
    inside: { network: { architecture: demonet, depth: tiny, featureSize: 16 }, batch: 4, steps: 2, augmentation: {} }
tables:
  - { id: t, title: T, columns: { demo-lfw: demo-LFW } }
`,
)

it('cells that are made at once are those that are made one after another', async () => {
  const run = async (name: string, ...flags: string[]) => {
    const out = join(folder, `${name}.json`)
    const { status, stderr } = cli('run', spec, '--out', out, '--cache', join(folder, name), ...flags)
    expect([status, stderr]).toEqual([0, expect.any(String)])
    return { ...(await readResults(out)), stderr }
  }
  const a = await run('side-by-side', '--at-once', '2', '--threads', '2')
  const b = await run('plain', '--threads', '1')
  expect(a.evaluations).toHaveLength(3)
  expect(a.models.map(({ sha256 }) => sha256)).toEqual(b.models.map(({ sha256 }) => sha256))
  expect(withoutTimes(a.evaluations)).toEqual(withoutTimes(b.evaluations))
  // The processes made all: the whole took everything from the cache.
  expect(a.stderr).not.toMatch(/^train: .* made in/m)
  expect(b.stderr).toMatch(/^train: .* made in/m)
}, 120_000)

it('a spec without a grid has no cells to make at once', () => {
  const outcome = cli('run', 'benchmarks/quickstart.yaml', '--at-once', '2', '--out', join(folder, 'q.json'))
  expect(isOneClearLine(outcome)).toBe(true)
  expect(outcome.stderr).toContain("the spec has no grid ('cell' and 'axes')")
})

it('--seeds repeats the cells with other seeds, and says so', () => {
  const outcome = cli('run', spec, '--seeds', '5-6,9', '--dry-run', '--cache', join(folder, 'seeds'))
  expect(outcome.status).toBe(0)
  const cells = [...outcome.stdout.matchAll(/^(images \d), (seed \d): to do/gm)]
  expect(cells.map(([, point, seed]) => `${point}, ${seed}`)).toEqual(
    [2, 3, 4].flatMap((images) => [5, 6, 9].map((seed) => `images ${images}, seed ${seed}`)),
  )
})

it('a spec without a grid has no cells to repeat', () => {
  const outcome = cli('run', 'benchmarks/quickstart.yaml', '--seeds', '1-2', '--dry-run')
  expect(isOneClearLine(outcome)).toBe(true)
  expect(outcome.stderr).toContain("the spec has no cells to repeat ('cell' and 'axes'); leave out --seeds")
})
