import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDataset } from '../../src/datasets/open-dataset.js'
import { FeatureCache } from '../../src/features/cache.js'
import { imageMeasures } from '../../src/features/image-measures.js'
import { yawTarget } from '../../src/generate/attrop/yaw-targets.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { ModelSession } from '../../src/models/session.js'
import { silent } from '../../src/progress.js'
import type { DatasetResult } from '../../src/results/schema.js'
import { demoWorld } from '../../src/run/demo-sources.js'
import { runSpec } from '../../src/run/run-spec.js'
import { loadSpec } from '../../src/run/spec.js'
import { cli, isOneClearLine } from '../cli/cli.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const SPEC = `name: small
title: Small
seed: 3
datasets:
  - id: small
    name: the small one
    generate:
      generator: demo-generator
      identityFeatures: demo-identity-features
      identities: 4
      images: 2
      attrop:
        recogniser: demo-recogniser-a
        quality: { model: demo-quality, target: 30 }
        pose: { model: demo-pose, yaw: 0..30 }
        steps: 2
    measure:
      asked: { recognisers: [demo-recogniser-a], quality: demo-quality, pose: demo-pose }
`

/** What a network says of the finished images, computed once more. */
async function columnOf(path: string, model: string, name: string): Promise<number[]> {
  const session = await ModelSession.open(
    requireRole(await loadModel(`models/demo/${model}.yaml`), 'quality', 'pose'),
    { threads: 1 },
  )
  const dataset = await openDataset(path)
  const columns = await imageMeasures(session, dataset, 8)
  await session.close()
  await dataset.close()
  return [...(columns.get(name) ?? [])]
}

describe('a dataset with AttrOP, in a spec', () => {
  let result: DatasetResult
  let made: string
  const value = (family: string, within?: number): number | undefined =>
    result.metrics.find(
      (one) => one.family === family && (within === undefined || one.parameters.within === within),
    )?.value
  beforeAll(async () => {
    await writeFile(join(folder, 'small.yaml'), SPEC)
    const cacheFolder = join(folder, 'cache')
    const results = await runSpec(await loadSpec(join(folder, 'small.yaml')), {
      sources: demoWorld,
      session: { provider: 'cpu', threads: 1 },
      cacheFolder,
      cache: new FeatureCache(join(cacheFolder, 'features')),
      progress: silent,
      command: [],
      log: () => {},
    })
    result = results.datasets[0]
    made = join(cacheFolder, 'datasets', readdirSync(join(cacheFolder, 'datasets'))[0])
  })

  it('has what was asked for in its recipe, and how it ended in a note', () => {
    expect(result.demo).toBe(true)
    expect(result.recipe).toMatchObject({
      attrop: {
        settings: { quality: 30, yaw: { low: 0, high: 30 }, steps: 2, learningRate: 0.1 },
        recogniser: { name: 'demo-recogniser-a' },
        quality: { name: 'demo-quality' },
        pose: { name: 'demo-pose' },
      },
    })
    expect(result.notes.join()).toMatch(/AttrOP: \d of 8 images have all that was asked for/)
  })

  it('is measured on its finished images, each against its own angle', async () => {
    const quality = await columnOf(made, 'demo-quality', 'quality')
    const yaw = await columnOf(made, 'demo-pose', 'yaw')
    const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
    const share = (values: number[], counts: (one: number, index: number) => boolean) =>
      values.filter(counts).length / values.length
    expect(value('quality')).toBeCloseTo(mean(quality), 9)
    expect(value('asked quality reached', 0)).toBe(share(quality, (one) => one >= 30))
    expect(value('asked quality reached', 1)).toBe(share(quality, (one) => one >= 29))
    expect(value('absolute yaw')).toBeCloseTo(mean(yaw.map(Math.abs)), 9)
    const asked = (index: number) => yawTarget({ low: 0, high: 30 }, 3, Math.floor(index / 2), index % 2)
    expect(value('asked yaw reached')).toBe(
      share(yaw, (one, index) => Math.abs(Math.abs(one) - asked(index)) <= 5),
    )
    expect(value('similarity to the asked vector')).toBeGreaterThan(0.7)
    expect(value('near the asked vector')).toBe(1)
  })

  it('is measured from the command line too, against a target of its own', () => {
    const { stdout, status, stderr } = cli(
      ...['metrics', 'asked', made, '--quality', 'models/demo/demo-quality.yaml', '--quality-target', '10'],
      ...['--cache', join(folder, 'cache'), '--json', '--quiet'],
    )
    expect(status, stderr).toBe(0)
    const { metrics } = JSON.parse(stdout)
    expect(metrics[1]).toMatchObject({ parameters: { target: 10, within: 0 }, value: 1 })
  })

  it('is the folder of a generation', () => {
    const outcome = cli(
      ...['metrics', 'asked', join(made, 'dataset.lmdb'), '--quality', 'models/demo/demo-quality.yaml'],
      ...['--cache', join(folder, 'cache'), '--quiet'],
    )
    expect(outcome.stderr).toMatch(/no run is in this folder; name the folder that 'generate dataset' wrote/)
    expect(isOneClearLine(outcome)).toBe(true)
  })
})
