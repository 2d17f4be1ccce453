import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { encodeNpz } from '../../src/arrays/npz.js'
import { VectorFile } from '../../src/generate/vector-file.js'
import { RandomStream } from '../../src/random/philox.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const data = new Float32Array(40 * 8)
new RandomStream(1, 'vectors').fillNormal(data)
const rows = Array.from({ length: 40 }, (_, row) => data.subarray(row * 8, row * 8 + 8))
const array = { type: '<f4', shape: [40, 8], data } as const

function open(name: string, content: string | Uint8Array): Promise<VectorFile> {
  writeFileSync(join(folder, name), content)
  return VectorFile.open(join(folder, name))
}

test('the same vectors are the same in every form: a run goes on whichever holds them', async () => {
  const files = [
    await open('a.npy', encodeNpy(array)),
    await open('b.npy', encodeNpy({ ...array, type: '<f8', data: Float64Array.from(data) })),
    await open('c.npz', encodeNpz({ vectors: array })),
    await open('d.csv', rows.map((row, i) => `${i},${row.join(',')}`).join('\n')),
  ]
  const found = await Promise.all(files.map((file) => file.fingerprint(40)))
  expect(new Set(found).size).toBe(1)
  for (const file of files) {
    expect([file.rows, file.width]).toEqual([40, 8])
    expect(await file.read(3, 2)).toEqual(data.subarray(24, 40))
    await expect(file.read(39, 2)).rejects.toThrow('rows 39 to 40 are wanted, the file has 40')
    await file.close()
  }
})

test('a vector that is there twice is found in every form', async () => {
  const twice = data.slice()
  twice.copyWithin(8 * 30, 8 * 5, 8 * 6)
  const file = await open('twice.npz', encodeNpz({ vectors: { ...array, data: twice } }))
  await expect(file.fingerprint(40)).rejects.toThrow('rows 5 and 30 are the same vector')
})
