import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeNpy, type NpyArray } from '../../src/arrays/npy.js'
import { NpyRows } from '../../src/arrays/npy-rows.js'
import type { RowBlock } from '../../src/arrays/row-file.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()

function saved(name: string, array: NpyArray, bytes?: number): string {
  const path = join(folder, name)
  writeFileSync(path, encodeNpy(array).subarray(0, bytes))
  return path
}

const numbers = Float32Array.from({ length: 7 * 3 }, (_, i) => i / 8)

describe('rows of a .npy file', () => {
  test.for(['<f4', '<f8'] as const)('come a block at a time, as %s', async (type) => {
    const data = type === '<f4' ? numbers : Float64Array.from(numbers)
    const file = await NpyRows.open(saved(`${type}.npy`, { type, shape: [7, 3], data }))
    expect([file.rows, file.columns]).toEqual([7, 3])
    const blocks: RowBlock[] = []
    for await (const block of file.blocks(3)) blocks.push(block)
    expect(blocks.map(({ start, rows }) => [start, rows])).toEqual([
      [0, 3],
      [3, 3],
      [6, 1],
    ])
    expect(blocks.flatMap((block) => [...block.data])).toEqual([...numbers])
    await file.close()
  })

  test.for([
    ['a vector', { type: '<f4', shape: [21], data: numbers }, 'the shape is (21)'],
    ['whole numbers', { type: '<i4', shape: [1, 1], data: Int32Array.of(1) }, "numbers of type '<i4'"],
  ] as const)('%s is refused', async ([, array, message]) => {
    await expect(NpyRows.open(saved('bad.npy', array))).rejects.toThrow(message)
  })

  test('a file cut short is refused when it is opened', async () => {
    const path = saved('cut.npy', { type: '<f4', shape: [7, 3], data: numbers }, 160)
    await expect(NpyRows.open(path)).rejects.toThrow('needs 84 bytes of numbers, 32 are there')
  })
})
