import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MACHINE } from '../../src/bytes/living-process.js'
import { FeatureCache } from '../../src/features/cache.js'
import { temporaryFolder } from '../scratch.js'
import { SMALL_KEY as key, SMALL_ROWS as rows } from './small-entry.js'

test('two processes that make one entry at the same time each make it whole', async () => {
  const folder = await temporaryFolder()
  const [a, b] = await Promise.all([1, 2].map(() => new FeatureCache(folder).append(key, 2)))
  await a.write(rows.subarray(0, 4))
  await b.write(rows.subarray(0, 2))
  await a.write(rows.subarray(4))
  await a.finish(rows)
  expect(await new FeatureCache(folder).load(key, 3, 2)).toEqual(rows)
  await b.write(rows.subarray(2))
  await b.finish(rows)
  const warnings: string[] = []
  expect(await new FeatureCache(folder, (line) => warnings.push(line)).load(key, 3, 2)).toEqual(rows)
  expect(warnings).toEqual([])
  expect((await readdir(folder)).map((name) => name.replace(/^.*?\./, '')).sort()).toEqual(['f32', 'json'])
})

test('what an interrupted or a killed run left is continued, what a living one grows is not', async () => {
  const folder = await temporaryFolder()
  const cache = new FeatureCache(folder)
  const first = await cache.append(key, 2)
  await first.write(rows.subarray(0, 2))
  const beside = await cache.append(key, 2)
  expect(beside.rows).toBe(0)
  await beside.abandon()
  await first.abandon()
  const second = await cache.append(key, 2)
  expect(second.resumed).toEqual(rows.subarray(0, 2))
  await second.write(rows.subarray(2, 4))
  // As if its process, of a number that no process has, had been killed.
  const [growing] = (await readdir(folder)).filter((name) => name.includes(MACHINE))
  await rename(join(folder, growing), join(folder, growing.replace(`.${process.pid}.`, '.999999999.')))
  const third = await cache.append(key, 2)
  expect(third.rows).toBe(2)
  await third.write(rows.subarray(4))
  await third.finish(rows)
  expect(await cache.load(key, 3, 2)).toEqual(rows)
})
