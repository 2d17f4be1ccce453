import { createHash } from 'node:crypto'
import type { TestSet } from './test-set.js'

const READ_AHEAD = 32

function littleEndian(...numbers: number[]): Buffer {
  const out = Buffer.alloc(numbers.length * 4)
  for (const [i, n] of numbers.entries()) out.writeUInt32LE(n, i * 4)
  return out
}

/**
 * The content fingerprint of a test set: SHA-256, in hex, over all that could change a result. In order:
 * the word `test-set-1`; the number of images; per image its kind (0 encoded, 1 pixels), width and height
 * (0 for an encoded one), length and bytes; the number of pairs; their first indices, second indices, labels
 * (a byte each); 1 and the folds (two bytes each), or 0 where there are none. Numbers are little-endian,
 * four bytes unless said. Names and packaging don't enter: a `.bin`, the same pickle in another protocol and
 * its `.xz` have one fingerprint. Reads every image once; memory stays flat.
 * @throws InputError where an image cannot be read
 */
export async function fingerprintOf(set: Omit<TestSet, 'fingerprint'>): Promise<string> {
  const hash = createHash('sha256').update('test-set-1').update(littleEndian(set.imageCount))
  for (let start = 0; start < set.imageCount; start += READ_AHEAD) {
    const count = Math.min(READ_AHEAD, set.imageCount - start)
    const images = await Promise.all(Array.from({ length: count }, (_, i) => set.read(start + i)))
    for (const image of images) {
      if (image.kind === 'encoded') {
        hash.update(littleEndian(0, 0, 0, image.bytes.length)).update(image.bytes)
      } else {
        hash.update(littleEndian(1, image.width, image.height, image.data.length)).update(image.data)
      }
    }
  }
  const { first, second, same } = set.pairs
  hash.update(littleEndian(same.length))
  for (let i = 0; i < same.length; i++) hash.update(littleEndian(first[i]))
  for (let i = 0; i < same.length; i++) hash.update(littleEndian(second[i]))
  hash.update(same).update(littleEndian(set.folds === undefined ? 0 : 1))
  for (const fold of set.folds ?? []) hash.update(Uint8Array.of(fold & 255, fold >> 8))
  return hash.digest('hex')
}
