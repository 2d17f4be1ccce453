import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { inspectTestSet, writePairSheet } from '../../src/test-sets/inspect-test-set.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import { scratchFolder } from '../scratch.js'
import { encodePairPickle } from './pair-pickle.js'

const folder = scratchFolder()
const square = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#246' } })
    .jpeg()
    .toBuffer()

const images = [
  ...(await Promise.all([112, 112, 112, 112, 250].map(square))),
  Buffer.from('\xff\xd8\xff broken', 'latin1'),
]
const path = join(folder, 'set.bin')
await writeFile(path, encodePairPickle(images, [true, true, false]))
const set = await openTestSet(path)

test('pairs, sizes and broken images are counted', async () => {
  const updates: number[] = []
  const summary = await inspectTestSet(set, {
    start: (_, total, unit) => expect([total, unit]).toEqual([6, 'images']),
    update: (done) => updates.push(done),
    stop: () => {},
  })
  expect(summary).toMatchObject({
    name: 'set',
    format: 'insightface-bin',
    pairs: 3,
    same: 2,
    different: 1,
    images: 6,
    imageSizes: [
      { size: '112x112', images: 4 },
      { size: '250x250', images: 1 },
    ],
    broken: { images: 1 },
    fingerprint: set.fingerprint,
  })
  expect(summary.folds).toBeUndefined()
  expect(summary.broken.messages[0]).toMatch(/^set\.bin#5: the image does not decode/)
  expect(updates.at(-1)).toBe(6)
})

test('folds are counted as the data give them', async () => {
  const list = join(folder, 'list.csv')
  await writeFile(join(folder, 'a.jpg'), images[0])
  await writeFile(
    list,
    `image_1,image_2,same,fold\n${['1', '1', '4'].map((fold) => `a.jpg,a.jpg,1,${fold}`).join('\n')}`,
  )
  const summary = await inspectTestSet(await openTestSet(list))
  expect(summary.folds).toEqual([2, 1])
})

test('a sheet shows same pairs above different ones; a broken image it would show is named', async () => {
  const sheet = join(folder, 'sheet.png')
  await expect(writePairSheet(set, sheet)).rejects.toThrow('set.bin#5: the image does not decode')
  const good = join(folder, 'good.bin')
  await writeFile(good, encodePairPickle([...images.slice(0, 4), images[0], images[1]], [true, true, false]))
  await writePairSheet(await openTestSet(good), sheet)
  const { width = 0, height } = await sharp(sheet).metadata()
  expect(width).toBeGreaterThan(8 * 112)
  expect(height).toBe(4 + 22 + 2 * (112 + 4 + 18))
})
