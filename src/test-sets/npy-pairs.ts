import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type NpyHeader, npyByteLength, parseNpyHeader } from '../arrays/npy.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { asInputError, InputError } from '../errors.js'
import { fingerprintOf } from './fingerprint.js'
import { consecutivePairs } from './pair-list.js'
import type { TestSet } from './test-set.js'

const HEADER_BYTES = 4096

/** Labels of pairs as `numpy.savetxt` writes them: numbers 0 or 1 between white space. @throws InputError */
export function parseIsSame(text: string, where: string): Uint8Array {
  const words = text.split(/\s+/).filter((word) => word !== '')
  return Uint8Array.from(words, (word, i) => {
    const value = Number(word)
    if (value === 0 || value === 1) return value
    throw new InputError(`entry ${i + 1} is '${word.slice(0, 20)}'`, where, 'write 0 or 1, one a pair')
  })
}

function checkHeader(header: NpyHeader, size: number, where: string): void {
  const { type, shape, fortranOrder } = header
  if (type !== '|u1' || shape.length !== 4 || shape[1] !== 3 || fortranOrder) {
    throw new InputError(
      `the array is ${type} [${shape.join(', ')}]${fortranOrder ? ' in Fortran order' : ''}`,
      where,
      'images are wanted as uint8 [N, 3, height, width] in C order',
    )
  }
  if (size < header.offset + npyByteLength(header)) {
    throw new InputError(
      `the file ends early: ${shape[0]} images need ${header.offset + npyByteLength(header)} bytes, ${size} are there`,
      where,
      'copy it again',
    )
  }
}

/** Planes of red, green and blue as interleaved RGB. */
function interleave(planes: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3)
  for (let i = 0, o = 0; i < pixels; i++) {
    out[o++] = planes[i]
    out[o++] = planes[pixels + i]
    out[o++] = planes[2 * pixels + i]
  }
  return out
}

/**
 * Opens decoded images, as Hadrian and Eclipse are shared: `NAME/NAME.npy`, uint8 [N, 3, height, width] in
 * RGB order, with `issame.txt` beside it, N/2 labels. Images 2i and 2i + 1 are pair i. An image is read from
 * its place in the file, so memory is that of one image.
 * @param path the `.npy` file
 * @throws InputError where type, shape or the number of labels are wrong
 */
export async function openNpyPairs(path: string, name: string): Promise<TestSet> {
  const labelsPath = join(dirname(path), 'issame.txt')
  let labels: string
  try {
    labels = await readFile(labelsPath, 'utf8')
  } catch (error) {
    throw asInputError(error, labelsPath)
  }
  const same = parseIsSame(labels, labelsPath)
  const file = await RandomAccessFile.open(path)
  try {
    const header = parseNpyHeader(await file.read(0, Math.min(HEADER_BYTES, file.size)), path)
    checkHeader(header, file.size, path)
    const [imageCount, , height, width] = header.shape
    const set: Omit<TestSet, 'fingerprint'> = {
      name,
      format: 'npy-pairs',
      imageCount,
      pairs: consecutivePairs(imageCount, same, path),
      imageName: (index) => `${basename(path)}#${index}`,
      async read(index) {
        const length = 3 * height * width
        const planes = await file.read(header.offset + index * length, length)
        return { kind: 'pixels', width, height, data: interleave(planes, height * width) }
      },
      close: () => file.close(),
    }
    return { ...set, fingerprint: await fingerprintOf(set) }
  } catch (error) {
    await file.close()
    throw error
  }
}
