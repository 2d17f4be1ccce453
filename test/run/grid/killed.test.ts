import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { FeatureCache } from '../../../src/features/cache.js'
import { silent } from '../../../src/progress.js'
import type { Results } from '../../../src/results/schema.js'
import { demoWorld } from '../../../src/run/demo-sources.js'
import { runSpec } from '../../../src/run/run-spec.js'
import { loadSpec } from '../../../src/run/spec.js'
import { scratchFolder } from '../../scratch.js'
import { withoutTimes } from '../without-times.js'

const folder = scratchFolder()
const path = join(folder, 'tiny.yaml')
writeFileSync(
  path,
  `name: tiny
title: A tiny grid
pairsPerFold: 2
axes:
  images: { title: images an identity, path: generate.images, values: [2, 3] }
seeds: [1]
cell:
  generate: { generator: demo-generator, identityFeatures: demo-identity-features, identities: 4, maxSimilarity: 0.9 }
  train:
    inside:
      network: { architecture: demonet, depth: tiny, featureSize: 16 }
      batch: 4
      steps: 60
      curveEvery: 1
      checkpointEvery: 5
tables:
  - { id: tiny, title: Tiny, columns: { demo-lfw: demo-LFW }, average: true }
`,
)

async function runIn(cacheFolder: string): Promise<{ results: Results; made: string[] }> {
  const made: string[] = []
  const results = await runSpec(await loadSpec(path), {
    ...{ sources: demoWorld, cacheFolder, progress: silent, command: [], log: () => {} },
    session: { provider: 'cpu', threads: 1 },
    cache: new FeatureCache(join(cacheFolder, 'features')),
    onMade: (line) => made.push(line),
  })
  return { results, made }
}

/** Runs the grid by the program, and kills it (SIGKILL) in the middle of the first training. */
async function killedIn(cacheFolder: string): Promise<NodeJS.Signals | null> {
  const flags = ['--cache', cacheFolder, '--out', join(folder, 'killed.json'), '--threads', '1', '--quiet']
  const child = spawn(process.execPath, [resolve('dist/cli/start.cjs'), 'run', path, ...flags], {
    stdio: 'ignore',
  })
  const trained = join(cacheFolder, 'recognisers')
  const watch = setInterval(() => {
    for (const cell of existsSync(trained) ? readdirSync(trained) : []) {
      const curve = join(trained, cell, 'training', 'curve.jsonl')
      if (existsSync(curve) && readFileSync(curve, 'utf8').split('\n').length > 8) child.kill('SIGKILL')
    }
  }, 5)
  const signal = await new Promise<NodeJS.Signals | null>((done) => child.on('exit', (_, how) => done(how)))
  clearInterval(watch)
  return signal
}

it('a grid that was killed in the middle of a training goes on and ends with the same results', async () => {
  const cache = join(folder, 'killed')
  expect(await killedIn(cache)).toBe('SIGKILL')
  expect(existsSync(join(folder, 'killed.json'))).toBe(false)
  const [whole, resumed] = [await runIn(join(folder, 'whole')), await runIn(cache)]
  // Vectors and images were there.
  expect(resumed.made.length).toBeLessThan(whole.made.length)
  for (const part of ['evaluations', 'datasets', 'trainings', 'models', 'grid', 'tables'] as const)
    expect(withoutTimes(resumed.results[part]), part).toEqual(withoutTimes(whole.results[part]))
  expect(whole.results.trainings?.map(({ curves }) => curves[0].x.length)).toEqual([60, 60])
}, 600_000)
