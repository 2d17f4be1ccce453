import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { type SheetCell, writeContactSheet } from '../../src/images/contact-sheet.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()

/** A square of one colour. */
function square(colour: readonly [number, number, number], side = 8): SheetCell {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => colour[i % 3])
  return { name: 'square', image: { kind: 'pixels', width: side, height: side, data } }
}

async function* streamed(cells: readonly SheetCell[]) {
  yield* cells
}

async function pixelsOf(file: string) {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  return {
    ...info,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)],
  }
}

test('images lie in rows, four pixels apart, the last row as long as it is', async () => {
  const file = join(folder, 'grid.png')
  const cells = [square([255, 0, 0]), square([0, 255, 0]), square([0, 0, 255])]
  await writeContactSheet(streamed(cells), { columns: 2, cellSize: 8 }, file)
  const sheet = await pixelsOf(file)
  expect([sheet.width, sheet.height, sheet.channels]).toEqual([4 + 2 * 12, 4 + 2 * 12, 3])
  expect(sheet.at(5, 5)).toEqual([255, 0, 0])
  expect(sheet.at(17, 5)).toEqual([0, 255, 0])
  expect(sheet.at(5, 17)).toEqual([0, 0, 255])
  expect(sheet.at(17, 17)).toEqual([255, 255, 255])
  expect(sheet.at(13, 5)).toEqual([255, 255, 255])
})

test('an image of another shape is fitted into the cell', async () => {
  const file = join(folder, 'fit.png')
  const data = new Uint8Array(40 * 20 * 3)
  await writeContactSheet(
    [{ name: 'wide', image: { kind: 'pixels', width: 40, height: 20, data } }],
    { columns: 1, cellSize: 20 },
    file,
  )
  const sheet = await pixelsOf(file)
  expect(sheet.at(14, 6)).toEqual([255, 255, 255])
  expect(sheet.at(14, 14)).toEqual([0, 0, 0])
})

test('texts are drawn, and the same images give the same bytes', async () => {
  const layout = { columns: 1, title: 'Title', rowLabels: ['row'], columnLabels: ['column'] }
  const cells = [{ ...square([9, 9, 9]), caption: 'a caption that is too long for one cell' }]
  await writeContactSheet(cells, layout, join(folder, 'a.png'))
  await writeContactSheet(cells, layout, join(folder, 'b.png'))
  const [first, second] = await Promise.all(['a.png', 'b.png'].map((name) => readFile(join(folder, name))))
  expect(first.equals(second)).toBe(true)
  const sheet = await pixelsOf(join(folder, 'a.png'))
  expect(sheet.height).toBe(4 + 22 + 18 + 112 + 4 + 18)
  const dark = (y0: number, y1: number) => {
    let count = 0
    for (let y = y0; y < y1; y++) for (let x = 0; x < sheet.width; x++) if (sheet.at(x, y)[0] < 128) count++
    return count
  }
  for (const [y0, y1] of [
    [4, 26],
    [26, 44],
    [160, 178],
  ])
    expect(dark(y0, y1)).toBeGreaterThan(20)
})

test('an image that does not decode is named; a folder that is missing too', async () => {
  const broken: SheetCell = { name: 'lfw.bin#7', image: { kind: 'encoded', bytes: Buffer.from('no image') } }
  await expect(writeContactSheet([broken], { columns: 1 }, join(folder, 'x.png'))).rejects.toThrow(
    'lfw.bin#7: the image does not decode',
  )
  const nowhere = join(folder, 'missing', 'x.png')
  await expect(writeContactSheet([square([0, 0, 0])], { columns: 1 }, nowhere)).rejects.toThrow(
    `${nowhere}: no such file or folder`,
  )
})

test('a sheet beyond 32 megapixels is refused before it fills the memory', async () => {
  function* endless() {
    for (;;) yield square([1, 2, 3])
  }
  await expect(
    writeContactSheet(endless(), { columns: 1, cellSize: 6000 }, join(folder, 'x.png')),
  ).rejects.toThrow('the contact sheet would exceed 32 megapixels; ask for fewer images')
})
