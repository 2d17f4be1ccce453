import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { beginRun, finishRun, generateDataset } from '../../src/generate/generate-dataset.js'
import { partJobs } from '../../src/generate/queue/part-jobs.js'
import { produceParts } from '../../src/generate/queue/produce.js'
import { workOnParts } from '../../src/generate/queue/work.js'
import { numberOf } from '../../src/jobs/redis.js'
import { silent } from '../../src/progress.js'
import { freePort, hasRedis, startRedis } from '../redis.js'
import { temporaryFolder } from '../scratch.js'
import { contentOf, randomVectors, smallRequest, writeVectors } from './generation-inputs.js'

const redisTest = test.skipIf(!hasRedis)
const options = { formats: ['recordio'] as const, progress: silent }

/** A run of 4 parts, a Redis of its own, and a client that is nobody's friend. */
async function poisoned(parts = 4) {
  const folder = await temporaryFolder()
  const identities = await writeVectors(join(folder, 'v.npy'), randomVectors(2 * parts))
  const request = { ...(await smallRequest(folder)), identities }
  const port = await freePort()
  const server = await startRedis(port)
  onTestFinished(() => void server.kill('SIGKILL'))
  const lines: string[] = []
  const pool = { redis: `redis://127.0.0.1:${port}`, log: (line: string) => lines.push(line) }
  const run = await beginRun(request, join(folder, 'pool'))
  const stranger = new Redis(pool.redis)
  onTestFinished(() => stranger.disconnect())
  const queue = new Queue(partJobs(run).queue, { connection: { url: pool.redis } })
  onTestFinished(() => queue.close())
  const whole = async () => {
    await generateDataset(request, join(folder, 'whole'), { ...options, threads: 1 })
    return contentOf(join(folder, 'whole'))
  }
  const made = async () => {
    await Promise.all([
      produceParts(run, { ...pool, progress: silent }),
      workOnParts(run, { ...pool, threads: 1, stalledAfter: 2 }),
    ])
    await finishRun(run, options)
    return contentOf(run.path)
  }
  return { folder, run, pool, lines, stranger, queue, whole, made }
}

redisTest(
  'jobs that no producer made are set aside with the reason; the rest goes on to the same bytes',
  async () => {
    const { folder, run, lines, stranger, queue, whole, made } = await poisoned()
    await queue.addBulk([
      { name: 'part', data: { number: '../../../../tmp/x' }, opts: { jobId: 'part-../../x' } },
      { name: 'part', data: { number: 1e12 }, opts: { jobId: 'part-1000000000000' } },
      { name: 'part', data: { number: -1 }, opts: { jobId: 'part--1' } },
      { name: 'part', data: 'no object', opts: { jobId: 'other' } },
      // Under the name of a part, so that the part's own job can't be put in.
      { name: 'part', data: { number: 3 }, opts: { jobId: 'part-2' } },
      { name: '\x1b[2J', data: { number: { toString: 1 } }, opts: { jobId: '\x1b[2Jpart' } },
    ])
    await stranger.hset(`bull:${partJobs(run).queue}:broken`, {
      name: 'part',
      data: '{"part":',
      opts: '{',
      timestamp: 'x',
    })
    await stranger.lpush(`bull:${partJobs(run).queue}:wait`, 'broken')
    const before = await readdir(folder)
    expect(await made()).toEqual(await whole())
    expect((await readdir(folder)).filter((name) => !before.includes(name) && name !== 'whole')).toEqual([])
    for (const id of ['part-../../x', 'part-1000000000000', 'part--1', 'other', 'part-2'])
      expect(lines).toContain(`${id} in the queue is no part of this run: it is set aside`)
    expect(lines.join('')).not.toMatch(/\p{Cc}/u)
    expect((await queue.getFailed()).map(({ id }) => id)).toContain('other')
  },
)

redisTest('a Redis that is emptied while all work is filled again', async () => {
  const { run, stranger, whole, made } = await poisoned(20)
  const making = made()
  while ((await run.listParts()).length < 2) await sleep(10)
  await stranger.flushall()
  expect(await making).toEqual(await whole())
})

test('a job is for a part only where its name and its data agree on one of the run', async () => {
  const folder = await temporaryFolder()
  const jobs = partJobs(await beginRun(await smallRequest(folder), join(folder, 'out')))
  expect([0, 3].map((number) => numberOf(jobs, `part-${number}`, { number }))).toEqual([0, 3])
  const strange: [unknown, unknown][] = [
    ['part-4', { number: 4 }],
    ['part-01', { number: 1 }],
    ['part-1', { number: 2 }],
    ['part-1', { number: 1, path: '/etc' }],
    ['part-1', null],
    ['part-1', [1]],
    ['part-1e0', { number: 1 }],
    [1, { number: 1 }],
    [undefined, { number: 0 }],
    ['part-9007199254740993', { number: 2 ** 53 }],
  ]
  for (const [id, data] of strange) expect(numberOf(jobs, id, data)).toBeUndefined()
})
