import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { attropSettingsSchema } from '../../../src/generate/attrop/settings.js'
import {
  type DatasetRequest,
  generateDataset,
  generateShard,
  mergeShards,
} from '../../../src/generate/generate-dataset.js'
import { planDifferences, planId } from '../../../src/generate/generation-plan.js'
import { joinRun } from '../../../src/generate/join-run.js'
import { type Manifest, readManifest } from '../../../src/generate/manifest.js'
import { RunFolder } from '../../../src/generate/run-folder.js'
import { silent } from '../../../src/progress.js'
import { cli, isOneClearLine } from '../../cli/cli.js'
import { scratchFolder, temporaryFolder } from '../../scratch.js'
import {
  contentOf,
  DEMO_ATTROP,
  demoAttrop,
  demoIdentities,
  smallRequest,
  writeVectors,
} from '../generation-inputs.js'

const demo = (name: string) => `models/demo/demo-${name}.onnx`
const NETWORKS = DEMO_ATTROP
const options = { formats: ['folder'] as const, threads: 1, progress: silent, keepParts: true }

describe('a dataset with AttrOP', () => {
  const folder = scratchFolder()
  const at = (name: string) => join(folder, name)
  let asked: DatasetRequest
  let whole: Manifest
  let content: Record<string, string>
  beforeAll(async () => {
    asked = await demoAttrop(folder, 3)
    whole = await generateDataset(asked, at('whole'), options)
    content = await contentOf(at('whole'))
  })

  test('counts how its images ended, as its parts do', () => {
    const { attrop } = whole
    if (attrop === undefined) throw new Error('nothing was counted')
    expect(attrop.met + attrop.unmet + attrop.notFinite).toBe(9)
    expect(attrop.meanSteps).toBe(attrop.steps / 9)
    expect(attrop.steps).toBeGreaterThan(0)
    expect(attrop.steps).toBeLessThanOrEqual(18)
  })

  test('has other images than one without, and says so in its plan', async () => {
    const { attrop: _, ...plain } = asked
    const without = await generateDataset(plain, at('plain'), options)
    expect(without.content.sha256).not.toBe(whole.content.sha256)
    expect(without.attrop).toBeUndefined()
    expect(without.plan.attrop).toBeUndefined()
    expect(whole.plan.attrop).toMatchObject({
      settings: { quality: 31, steps: 2 },
      recogniser: { name: 'demo-recogniser-a', demo: true },
      pose: { name: 'demo-pose' },
    })
    expect(planDifferences(whole.plan, without.plan)).toEqual(['AttrOP on instead of off'])
  })

  test('that was interrupted goes on to the same bytes and the same counts', async () => {
    const out = at('resumed')
    await generateDataset(asked, out, options)
    for (const name of ['manifest.json', 'folder', 'parts/000001.part'])
      await rm(join(out, name), { recursive: true })
    expect((await generateDataset(asked, out, options)).attrop).toEqual(whole.attrop)
    expect(await contentOf(out)).toEqual(content)
  })

  test('is the same on several threads', async () => {
    await generateDataset(asked, at('threads'), { ...options, threads: 2 })
    expect(await contentOf(at('threads'))).toEqual(content)
  })

  test('is the same out of shards', async () => {
    const shards = [at('shard1'), at('shard2')]
    for (const [i, out] of shards.entries())
      await generateShard(asked, out, { shard: i + 1, of: 2 }, { threads: 1, progress: silent })
    const { keepParts: _, threads: __, ...merging } = options
    const merged = await mergeShards(shards, at('merged'), merging)
    expect(merged).toEqual(whole)
  })

  test('is joined only with its own networks', async () => {
    const run = await joinRun(at('whole'))
    expect(run.plan).toEqual(whole.plan)
    await expect(joinRun(at('whole'), { attrop: { pose: demo('quality') } })).rejects.toThrow(
      /this is not the pose model that the run began with; name the right file/,
    )
    await expect(joinRun(at('plain'), { attrop: { pose: demo('pose') } })).rejects.toThrow(
      /the run has no AttrOP/,
    )
  })

  test('is not gone on with when something else is asked for', async () => {
    const settings = attropSettingsSchema.parse({ quality: 30, yaw: [{ yaw: 20, share: 1 }], steps: 2 })
    await expect(
      generateDataset({ ...asked, attrop: { networks: NETWORKS, settings } }, at('whole'), options),
    ).rejects.toThrow(
      /the folder holds another run: quality target 31 instead of 30; yaw 0\.\.30 instead of 20:1;/,
    )
  })

  test('is asked for on the command line, and says how its images ended', async () => {
    const command = [
      ...['generate', 'dataset', '--identities', asked.identities, '--images', '3', '--sigma', '0.5'],
      ...['--seed', '5', '--quiet', '--attrop', '--attrop-recogniser', NETWORKS.recogniser],
      ...['--attrop-quality', NETWORKS.quality, '--quality-target', '31'],
      ...['--attrop-pose', NETWORKS.pose, '--yaw', '0..30', '--steps', '2', '--out', at('command')],
    ]
    const { stdout, status } = cli(...command)
    expect(status).toBe(0)
    const { met, attrop, plan } = { met: whole.attrop?.met, ...(await readManifest(at('command'))) }
    expect(stdout).toContain(`AttrOP: ${attrop?.met} of 9 images have all that was asked for`)
    expect(plan?.attrop).toEqual(whole.plan.attrop)
    expect(attrop?.met).toBe(met)
  })
})

test('a run without AttrOP has the plan that it had before there was AttrOP', async () => {
  const folder = await temporaryFolder()
  await generateDataset(await smallRequest(folder), join(folder, 'out'), options)
  const { plan } = await RunFolder.open(join(folder, 'out'))
  expect(Object.keys(plan)).not.toContain('attrop')
  expect(planId(plan)).toBe('71b2299ff48e830a9e2912838b3d13b960ebd4bd989583f4f7a2bc2ddca8d0bb')
  expect(await readFile(join(folder, 'out', 'manifest.json'), 'utf8')).not.toContain('attrop')
})

test('what AttrOP can not do is said before anything is made', async () => {
  const folder = await temporaryFolder()
  const identities = await demoIdentities(folder, 2)
  const narrow = await writeVectors(join(folder, 'narrow.npy'), new Float32Array(24).fill(1), 12)
  const out = join(folder, 'out')
  const wrong = (...flags: string[]) =>
    cli('generate', 'dataset', '--identities', identities, '--out', out, ...flags)
  const other = join(folder, 'narrow-recogniser.onnx')
  await copyFile(demo('quality'), other)
  const descriptor = await readFile('models/demo/demo-quality.yaml', 'utf8')
  await writeFile(other.replace('.onnx', '.yaml'), descriptor.replace('role: quality', 'role: recogniser'))
  const on = ['--attrop', '--attrop-recogniser', NETWORKS.recogniser]
  const quality = ['--attrop-quality', NETWORKS.quality, '--quality-target', '30']
  for (const [outcome, message] of [
    [
      wrong('--quality-target', '30'),
      /--quality-target: this says something of AttrOP, which is off; give --attrop too/,
    ],
    [wrong('--attrop'), /--attrop: it needs a recogniser; name one with --attrop-recogniser/],
    [wrong(...on), /neither a quality nor a yaw is asked for/],
    [wrong(...on, '--yaw', '30'), /--yaw: it needs a pose model; name one with --attrop-pose/],
    [
      wrong(...on, '--quality-target', '30'),
      /--quality-target: it needs a quality model; name one with --attrop-quality/,
    ],
    [wrong('--attrop', '--attrop-recogniser', demo('pose'), ...quality), /demo-pose/],
    [
      wrong('--attrop', '--attrop-recogniser', other, ...quality),
      /demo-quality: its features have 64 numbers, the identity vectors 512: .*; name the recogniser that the vectors are features of/,
    ],
    [
      wrong('--identities', narrow, ...on, ...quality),
      /the vectors have 12 numbers, this generator takes 512/,
    ],
  ] as const) {
    expect(outcome.stderr).toMatch(message)
    expect(isOneClearLine(outcome)).toBe(true)
  }
})
