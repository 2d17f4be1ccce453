import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { scratchFolder } from '../scratch.js'
import { printedMetrics } from './printed-metrics.js'

const folder = scratchFolder()

const metrics = (...args: string[]) => printedMetrics(...args, '--quiet')

function save(name: string, rows: number[][]): string {
  const path = join(folder, name)
  const data = Float32Array.from(rows.flat())
  writeFileSync(path, encodeNpy({ type: '<f4', shape: [rows.length, rows[0].length], data }))
  return path
}

/** Two images of one colour for each identity. */
const COLOURS = { anna: '#ff0000', berta: '#00ff00', carla: '#0000ff' }
const faces = join(folder, 'faces')
for (const [name, background] of Object.entries(COLOURS)) {
  mkdirSync(join(faces, name), { recursive: true })
  for (const image of [0, 1]) {
    await sharp({ create: { width: 112, height: 112, channels: 3, background } })
      .png()
      .toFile(join(faces, name, `${image}.png`))
  }
}
// anna and carla are alike, berta is like nobody
const identities = save('identities.npy', [
  [1, 0, 0],
  [0, 0, 1],
  [1, 0.5, 0],
])
const images = save('images.npy', [
  [1, 0, 0.3],
  [1, 0, 0.2],
  [0, 0, 1],
  [0, 0.1, 1],
  [1, 0.5, 0],
  [1, 0.4, 0],
])

/** The colour at a place of a picture. */
async function colourAt(file: string, left: number, top: number): Promise<string> {
  const { data } = await sharp(file)
    .extract({ left, top, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return `#${data.toString('hex', 0, 3)}`
}

test('the most similar identities have names and a picture', async () => {
  const sheet = join(folder, 'closest.png')
  const args = ['--images', faces, '--closest', '1', '--sheet', sheet, '--json', '--nearest']
  const found = JSON.parse(await metrics('separability', identities, ...args))
  expect(found.closest).toMatchObject([{ identity: 0, other: 2, name: 'anna', otherName: 'carla' }])
  expect(found.names).toEqual(['anna', 'berta', 'carla'])
  const { width = 0 } = await sharp(sheet).metadata()
  // From the right-hand edge on: two places of 116 pixels, a gap of 24, two places.
  const middles = [3.5 * 116 + 24, 2.5 * 116 + 24, 2 * 116 + 12, 1.5 * 116, 0.5 * 116].map((x) => width - x)
  const seen = await Promise.all(middles.map((left) => colourAt(sheet, left, 80)))
  expect(seen).toEqual([COLOURS.anna, COLOURS.anna, '#ffffff', COLOURS.carla, COLOURS.carla])
})

test('several files have one sheet each, and one table of curves', async () => {
  const sheet = join(folder, 'both.png')
  const table = join(folder, 'curves.csv')
  const args = ['--images', faces, faces, '--sheet', sheet, '--chart', table, '--step', '2']
  await metrics('separability', identities, identities, ...args)
  expect(readFileSync(sheet).equals(readFileSync(join(folder, 'both-2.png')))).toBe(true)
  const curve = [`${identities},0.4,2,2`, `${identities},0.4,3,2`]
  expect(readFileSync(table, 'utf8').trim().split('\n')).toEqual([
    'file,threshold,n,unique',
    ...curve,
    ...curve,
  ])
})

test('the worst leak is drawn beside its reference', async () => {
  const sheet = join(folder, 'worst.png')
  const args = ['--images', faces, '--reference-images', faces, '--worst', '1', '--sheet', sheet, '--json']
  const found = JSON.parse(await metrics('leakage', images, identities, ...args))
  expect(found.worst).toMatchObject([{ image: 2, reference: 1, name: 'berta' }])
  const { width = 0 } = await sharp(sheet).metadata()
  const middles = [2.5 * 116 + 24, 1.5 * 116].map((x) => width - x)
  const seen = await Promise.all(middles.map((left) => colourAt(sheet, left, 80)))
  expect(seen).toEqual([COLOURS.berta, COLOURS.berta])
})

test('identities and brightness come from the dataset', async () => {
  const found = JSON.parse(await metrics('identities', images, '--images', faces, '--json'))
  expect(found).toMatchObject({ images: 6, identities: 3, consistency: 1 })
  const { brightness } = found.columns
  expect(brightness.identities[1].mean).toBeCloseTo(0.587, 12)
  expect(brightness.withinDeviation).toBeCloseTo(0, 12)
})

test('tells what is wrong with pictures', async () => {
  const sheet = ['--sheet', join(folder, 'none.png')]
  await expect(metrics('separability', identities, ...sheet)).rejects.toThrow(/--sheet: a sheet needs images/)
  await expect(metrics('separability', identities, identities, '--images', faces)).rejects.toThrow(
    /1 datasets for 2 files/,
  )
  await expect(metrics('leakage', images, identities, ...sheet, '--images', faces)).rejects.toThrow(
    /needs the images of both sides/,
  )
  await expect(metrics('identities', images)).rejects.toThrow(/it is not known whose images they are/)
  await expect(metrics('identities', identities, '--images', faces)).rejects.toThrow(
    /6 images, the features have 3/,
  )
  const four = save('four.npy', [
    [1, 0],
    [0.9, 0.1],
    [0, 1],
    [0.1, 0.9],
  ])
  await expect(metrics('separability', four, '--images', faces, ...sheet)).rejects.toThrow(
    /there is no image of identity 3/,
  )
})
