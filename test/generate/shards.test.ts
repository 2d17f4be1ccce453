import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  beginRun,
  type DatasetRequest,
  generateDataset,
  generateShard,
  mergeShards,
} from '../../src/generate/generate-dataset.js'
import { RunFolder } from '../../src/generate/run-folder.js'
import { gatherParts, parseShard } from '../../src/generate/shards.js'
import { silent } from '../../src/progress.js'
import { temporaryFolder } from '../scratch.js'
import { contentOf, smallRequest } from './generation-inputs.js'

const options = { formats: ['folder', 'lmdb'] as const, progress: silent }

async function makeShards(request: DatasetRequest, folder: string, of: number): Promise<string[]> {
  const folders = Array.from({ length: of }, (_, i) => join(folder, `shard${i + 1}of${of}`))
  for (const [i, out] of folders.entries()) {
    await generateShard(request, out, { shard: i + 1, of }, { threads: 1, progress: silent })
  }
  return folders
}

test('shards put together are the dataset made in one go, however many there are and wherever they lie', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  await generateDataset(request, join(folder, 'whole'), { ...options, threads: 1 })
  const expected = await contentOf(join(folder, 'whole'))
  await mergeShards(await makeShards(request, folder, 3), join(folder, 'merged'), options)
  expect(await contentOf(join(folder, 'merged'))).toEqual(expected)
  const shared = join(folder, 'shared')
  for (const shard of [2, 1])
    await generateShard(request, shared, { shard, of: 2 }, { threads: 1, progress: silent })
  await mergeShards([shared], shared, options)
  const inPlace = await contentOf(shared)
  for (const [path, digest] of Object.entries(expected)) expect(inPlace[path]).toBe(digest)
})

test('a shard that is missing, twice, of another run, or damaged is named', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  const [first, second, third] = await makeShards(request, folder, 3)
  const merge = (...folders: string[]) =>
    mergeShards(folders, join(folder, 'merged'), options).catch((error: Error) => error.message)
  expect(await merge(first, third)).toContain(
    "shard 2/3 is missing or not complete: 1 of 4 parts are missing (1); run 'generate dataset --shard 2/3'",
  )
  expect(await merge(first)).toContain('shards 2/3, 3/3 are missing')
  expect(await merge(first, second, third, second)).toContain(`${second}: the folder is named twice`)
  await cp(second, join(folder, 'copy'), { recursive: true })
  expect(await merge(first, second, third, join(folder, 'copy'))).toBe(
    `${join(folder, 'copy')}: shard 2/3 is in ${second} too; leave one of them out`,
  )
  const [otherSeed] = await makeShards({ ...request, seed: 6 }, join(folder, 'other'), 3)
  expect(await merge(first, second, otherSeed)).toBe(
    `${otherSeed}: this shard is of another run than ${first}: seed 6 instead of 5; leave it out, or make it again with the same arguments`,
  )
  const [half] = await makeShards(request, folder, 2)
  expect(await merge(first, half)).toContain('shard 1/2 does not go with shard 1/3')
  expect(await merge(join(folder, 'nowhere'))).toContain('no run is in this folder')
  await rm(join(second, 'shards'), { recursive: true })
  await cp(join(first, 'parts', '000000.part'), join(second, 'parts', '000001.part'))
  expect(await merge(first, second, third)).toContain('000001.part: this part belongs to another run')
})

test('a folder that does not belong is named also where the dataset is finished', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  const merged = join(folder, 'merged')
  const [first, second] = await makeShards(request, folder, 2)
  await mergeShards([first, second], merged, options)
  const [, otherSeed] = await makeShards({ ...request, seed: 6 }, join(folder, 'other'), 2)
  await expect(mergeShards([first, otherSeed], merged, options)).rejects.toThrow('seed 6 instead of 5')
})

test('a run of more parts than can be is not read: its record was altered', async () => {
  const folder = await temporaryFolder()
  const run = await beginRun(await smallRequest(folder), join(folder, 'run'))
  const file = join(run.path, 'run.json')
  const record = JSON.parse(await readFile(file, 'utf8'))
  for (const [count, message] of [
    [2 ** 53 - 1, 'run.json: the run can not be read'],
    [1e12, 'run.json: the run can not be read'],
    [1e6 * record.plan.partIdentities, '1000000 of 1000000 parts are missing'],
  ] as const) {
    record.plan.identities.count = count
    await writeFile(file, JSON.stringify(record))
    const gathered = RunFolder.open(run.path).then((opened) => gatherParts([opened]))
    await expect(gathered).rejects.toThrow(message)
  }
})

test('a shard is i/n with i from 1 to n', () => {
  expect(parseShard('2/8', '--shard')).toEqual({ shard: 2, of: 8 })
  for (const text of ['0/8', '9/8', '2', '2/8/9', 'x/y', '-1/8'])
    expect(() => parseShard(text, '--shard')).toThrow(`--shard: '${text}' is no shard; write i/n`)
})
