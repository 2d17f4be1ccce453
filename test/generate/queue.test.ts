import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import {
  beginRun,
  type DatasetRequest,
  finishRun,
  generateDataset,
} from '../../src/generate/generate-dataset.js'
import { joinRun } from '../../src/generate/join-run.js'
import { readManifest } from '../../src/generate/manifest.js'
import { produceParts } from '../../src/generate/queue/produce.js'
import { workOnParts } from '../../src/generate/queue/work.js'
import type { RunFolder } from '../../src/generate/run-folder.js'
import { silent } from '../../src/progress.js'
import { freePort, hasRedis, startRedis } from '../redis.js'
import { temporaryFolder } from '../scratch.js'
import {
  contentOf,
  demoAttrop,
  ROOT_GENERATOR,
  randomVectors,
  smallRequest,
  writeVectors,
} from './generation-inputs.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))
const redisTest = test.skipIf(!hasRedis)
const options = { formats: ['folder', 'lmdb'] as const, progress: silent }

async function testRedis(port: number) {
  const server = await startRedis(port)
  onTestFinished(() => void server.kill('SIGKILL'))
  return server
}

async function wholeRun(request: DatasetRequest, folder: string): Promise<Record<string, string>> {
  await generateDataset(request, folder, { ...options, threads: 1 })
  return contentOf(folder)
}

async function finish(run: RunFolder): Promise<Record<string, string>> {
  await finishRun(run, options)
  return contentOf(run.path)
}

redisTest('a pool of workers makes the dataset that one machine makes', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  const port = await freePort()
  await testRedis(port)
  const pool = { redis: `redis://127.0.0.1:${port}`, log: () => {} }
  const run = await beginRun(request, join(folder, 'pool'))
  const joined = await joinRun(run.path)
  const [, ...made] = await Promise.all([
    produceParts(run, { ...pool, progress: silent }),
    workOnParts(joined, { ...pool, threads: 1 }),
    workOnParts(joined, { ...pool, threads: 1 }),
  ])
  expect(made[0] + made[1]).toBe(4)
  expect(await finish(run)).toEqual(await wholeRun(request, join(folder, 'whole')))
})

redisTest(
  'a pool of workers moves vectors as one machine does, and counts how they ended',
  async () => {
    const folder = await temporaryFolder()
    const request = await demoAttrop(folder, 2)
    const port = await freePort()
    await startRedis(port)
    const pool = { redis: `redis://127.0.0.1:${port}`, log: () => {} }
    const run = await beginRun(request, join(folder, 'pool'))
    const [, made] = await Promise.all([
      produceParts(run, { ...pool, progress: silent }),
      workOnParts(await joinRun(run.path), { ...pool, threads: 1 }),
    ])
    expect(made).toBe(2)
    expect(await finish(run)).toEqual(await wholeRun(request, join(folder, 'whole')))
    const attrop = (await readManifest(run.path))?.attrop
    if (attrop === undefined) throw new Error('nothing was counted')
    expect(attrop.met + attrop.unmet + attrop.notFinite).toBe(6)
  },
  600_000,
)

redisTest(
  'the job of a worker that is killed goes to another, and no other time is lost',
  async (context) => {
    if (!existsSync(MAIN)) context.skip('the program is not built: npm run build')
    const folder = await temporaryFolder()
    const identities = await writeVectors(join(folder, 'v.npy'), randomVectors(9))
    // Two large parts, so that the worker is killed in the middle of one.
    const request = { ...(await smallRequest(folder)), identities, imagesPerIdentity: 50, partIdentities: 5 }
    const port = await freePort()
    await testRedis(port)
    const lines: string[] = []
    const pool = { redis: `redis://127.0.0.1:${port}`, log: (line: string) => lines.push(line) }
    const run = await beginRun(request, join(folder, 'pool'))
    const producing = produceParts(run, { ...pool, progress: silent })
    const flags = ['--out', run.path, '--redis', pool.redis, '--threads', '1', '--stalled-after', '2']
    const victim = spawn(process.execPath, [MAIN, 'generate', 'work', ...flags], { stdio: 'ignore' })
    onTestFinished(() => void victim.kill('SIGKILL'))
    // A part that is being made has a file of another name.
    while (!(await readdir(join(run.path, 'parts'))).some((name) => name.endsWith('.tmp'))) await sleep(5)
    victim.kill('SIGKILL')
    expect(await run.listParts()).toEqual([])
    const made = await workOnParts(run, { ...pool, threads: 1, stalledAfter: 2 })
    await producing
    expect(made).toBeGreaterThanOrEqual(1)
    expect(lines).toContainEqual(
      expect.stringMatching(/^part \d: its worker is gone, another one takes over$/),
    )
    expect(await finish(run)).toEqual(await wholeRun(request, join(folder, 'whole')))
  },
)

redisTest('while Redis is gone all wait and say so; when it is back, empty, they go on', async () => {
  const folder = await temporaryFolder()
  const identities = await writeVectors(join(folder, 'v.npy'), randomVectors(40))
  const request = { ...(await smallRequest(folder)), identities, imagesPerIdentity: 6 }
  const port = await freePort()
  const server = await testRedis(port)
  const lines: string[] = []
  const pool = { redis: `redis://127.0.0.1:${port}`, log: (line: string) => lines.push(line) }
  const run = await beginRun(request, join(folder, 'pool'))
  const producing = produceParts(run, { ...pool, progress: silent })
  const working = workOnParts(run, { ...pool, threads: 1, stalledAfter: 2 })
  while ((await run.listParts()).length < 2) await sleep(20)
  server.kill('SIGKILL')
  while (lines.filter((line) => line.includes("can't be reached; waiting for it")).length < 2) await sleep(20)
  expect((await run.listParts()).length).toBeLessThan(20)
  await testRedis(port)
  await Promise.all([producing, working])
  expect(lines.filter((line) => line === `Redis at 127.0.0.1:${port} is back`)).toHaveLength(2)
  expect(await finish(run)).toEqual(await wholeRun(request, join(folder, 'whole')))
})

redisTest('a part that can not be made ends the producer with the reason', async () => {
  const folder = await temporaryFolder()
  const vectors = randomVectors(6).map(Math.abs)
  vectors[4 * 512] = -1
  const identities = await writeVectors(join(folder, 'v.npy'), vectors)
  const sigmas = [{ sigma: 0, share: 1 }]
  const request = { ...(await smallRequest(folder)), generator: ROOT_GENERATOR, sigmas, identities }
  const port = await freePort()
  await testRedis(port)
  const pool = { redis: `redis://127.0.0.1:${port}`, log: () => {} }
  const run = await beginRun(request, join(folder, 'pool'))
  const stop = new AbortController()
  const working = workOnParts(run, { ...pool, threads: 1, signal: stop.signal })
  await expect(produceParts(run, { ...pool, progress: silent })).rejects.toThrow(
    /part 2 could not be made: identity 4, image 0 .*: the generator gave NaN/,
  )
  stop.abort()
  expect(await working).toBe(2)
})

test('an address that is none is refused', async () => {
  const folder = await temporaryFolder()
  const run = await beginRun(await smallRequest(folder), join(folder, 'out'))
  const pool = { redis: 'localhost', log: () => {}, progress: silent }
  await expect(produceParts(run, pool)).rejects.toThrow(
    "--redis: 'localhost' is no address of Redis; write redis://",
  )
})
