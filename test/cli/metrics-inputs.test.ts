import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { encodeNpz } from '../../src/arrays/npz.js'
import { openFeatureChunks, readLabels } from '../../src/cli/metrics-inputs.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()

function saved(content: string | Uint8Array): string {
  const path = join(folder, 'input')
  writeFileSync(path, content)
  return path
}

describe('the identity of each image', () => {
  test.each<[string, string | Uint8Array]>([
    ['floats', encodeNpy({ type: '<f8', shape: [4], data: Float64Array.of(0, 0, 1, 2) })],
    [
      'int64 of one column',
      encodeNpy({ type: '<i8', shape: [4, 1], data: BigInt64Array.of(0n, 0n, 1n, 2n) }),
    ],
    [
      'the only array of a .npz',
      encodeNpz({ y: { type: '|u1', shape: [4], data: Uint8Array.of(0, 0, 1, 2) } }),
    ],
    ['a line each', '0\n0\n1\n2\n'],
    ['numpy.savetxt as it is', '0.0e+00\n0.0e+00\n1.000000e+00\n2.0e+00\n'],
    ['pandas with its index', ',identity\n0,0\n1,0\n2,1\n3,2\n'],
    ['a list of images', 'path,label\na,0\nb,0\nc,1\nd,2\n'],
  ])('%s', async (_, content) => {
    expect([...(await readLabels(saved(content), 4))]).toEqual([0, 0, 1, 2])
  })

  test.each<[string, string | Uint8Array, RegExp]>([
    ['names', 'anna\nanna\nbob\ncleo\n', /numpy\.unique\(labels, return_inverse=True\)\[1\]|3 labels/],
    ['-1', '0\n-1\n1\n2\n', /label 1 is -1; leave images out that belong to nobody \(-1\)/],
    [
      'a fraction',
      encodeNpy({ type: '<f4', shape: [4], data: Float32Array.of(0, 0.5, 1, 2) }),
      /label 1 is 0\.5/,
    ],
    ['a number that memory would not hold', '0\n0\n1\n2000000000\n', /label 3 is 2000000000/],
    ['too few', '0\n1\n', /2 labels, there are 4 images/],
  ])('%s: refused', async (_, content, message) => {
    await expect(readLabels(saved(content), 4)).rejects.toThrow(message)
  })
})

describe('features in chunks', () => {
  const data = Float32Array.from({ length: 12 }, (_, i) => i / 4)
  const columnMajor = Float32Array.from({ length: 12 }, (_, i) => data[(i % 4) * 3 + Math.floor(i / 4)])
  const fortran = Buffer.from(encodeNpy({ type: '<f4', shape: [4, 3], data: columnMajor }))
  fortran.write("{'descr': '<f4', 'fortran_order': True,  'shape': (4, 3), }", 10, 'latin1')
  const half = Buffer.from(encodeNpy({ type: '<u2', shape: [4, 3], data: Uint16Array.from(data, halfBits) }))
  half.write("{'descr': '<f2'", 10, 'latin1')

  /** float16 of a small multiple of 1/4. */
  function halfBits(value: number): number {
    if (value === 0) return 0
    const exponent = Math.floor(Math.log2(value))
    return ((exponent + 15) << 10) | ((value / 2 ** exponent - 1) * 1024)
  }

  test.each<[string, string | Uint8Array]>([
    ['C order', encodeNpy({ type: '<f4', shape: [4, 3], data })],
    ['Fortran order', fortran],
    ['float16', half],
    ['float64', encodeNpy({ type: '<f8', shape: [4, 3], data: Float64Array.from(data) })],
    ['a .npz', encodeNpz({ x: { type: '<f4', shape: [4, 3], data } })],
    ['a table', [0, 3, 6, 9].map((row) => `n${row} ${data.subarray(row, row + 3).join(' ')}`).join('\n')],
  ])('%s: the same rows, as often as asked for', async (_, content) => {
    const file = await openFeatureChunks(saved(content))
    for (let pass = 0; pass < 2; pass++) {
      const chunks = []
      for await (const { features } of file.chunks()) chunks.push(...features.data)
      expect(chunks).toEqual([...data])
    }
    await file.close()
  })
})
