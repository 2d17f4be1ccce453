import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { xz } from '@napi-rs/lzma'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mostOfXz, unpackXz } from '../../src/test-sets/insightface-xz.js'
import { isXz, xzUnpackedSize } from '../../src/test-sets/xz-size.js'
import { pythonHas, runPython } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const hasPython = pythonHas('lzma')

/** `size` bytes, packed by liblzma as Python packs them. */
function pythonXz(size: number, options = ''): Buffer {
  const script = `import lzma,sys;sys.stdout.buffer.write(lzma.compress(bytes(${size})${options}))`
  return runPython(['-c', script])
}

describe('the size is known before anything is unpacked', () => {
  test('whatever was packed (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(xzUnpackedSize(xz.compressSync(bytes), 'x.xz')).toBe(bytes.length)
      }),
      { numRuns: 30 },
    )
  })

  test.skipIf(!hasPython).for([
    ['', 0],
    ['', 1],
    ['', 5_000_000],
    [',check=lzma.CHECK_CRC32', 100],
    [',check=lzma.CHECK_SHA256', 100],
    [',preset=9', 3_000_000],
  ] as const)("liblzma's file%s, %i bytes (needs Python)", ([options, size]) => {
    expect(xzUnpackedSize(pythonXz(size, options), 'x.xz')).toBe(size)
  })
})

test('what is packed comes back', async () => {
  const bytes = Buffer.from('faces '.repeat(1000))
  const path = join(folder, 'faces.xz')
  await writeFile(path, xz.compressSync(bytes))
  expect((await unpackXz(path)).equals(bytes)).toBe(true)
  expect(isXz(xz.compressSync(bytes))).toBe(true)
  expect(isXz(bytes)).toBe(false)
})

test.skipIf(!hasPython)(
  'a small file that unpacks to much is refused by its size (needs Python)',
  async () => {
    const path = join(folder, 'bomb.xz')
    const packed = pythonXz(20_000_000)
    expect(packed.length).toBeLessThan(10_000)
    await writeFile(path, packed)
    await expect(unpackXz(path, 1_000_000)).rejects.toThrow(
      `${path}: the .xz file unpacks to 20000000 bytes, more than 1000000; unpack it with xz and name the .bin, or if you trust it, let it take more with --limits 4`,
    )
  },
)

test('a file may unpack to what encoded images do: much of a small one, eight times a larger one', () => {
  expect([1000, 100e6, 10e9].map(mostOfXz)).toEqual([2 ** 27, 800e6, 2 ** 30])
})

test('a file that is cut short anywhere, or damaged, is refused', async () => {
  const packed = xz.compressSync(Buffer.from('faces '.repeat(50)))
  const path = join(folder, 'cut.xz')
  for (let length = 6; length < packed.length; length += 7) {
    await writeFile(path, packed.subarray(0, length))
    await expect(unpackXz(path)).rejects.toThrow(/cut\.xz: .*; copy (it|the file) again/)
  }
  const unknownChunk = Buffer.from(packed)
  unknownChunk[24] = 0x50
  await writeFile(path, unknownChunk)
  await expect(unpackXz(path)).rejects.toThrow('cut.xz: the .xz file is damaged: a chunk of an unknown kind')
})

test.skipIf(!hasPython)('a changed byte fails the check that liblzma writes (needs Python)', async () => {
  const packed = pythonXz(0, '+bytes(range(256))')
  packed[100] ^= 1
  const path = join(folder, 'changed.xz')
  await writeFile(path, packed)
  await expect(unpackXz(path)).rejects.toThrow('changed.xz: the .xz file does not unpack')
})
