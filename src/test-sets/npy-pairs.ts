import { basename, dirname, join } from 'node:path'
import { npyDescription } from '../arrays/element-types.js'
import { isNpy, NPY_HEAD_BYTES, type NpyHeader, npyByteLength, parseNpyHeader } from '../arrays/npy-header.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { InputError } from '../errors.js'
import { fingerprintOf } from './fingerprint.js'
import { readPairLabels } from './pair-labels.js'
import { consecutivePairs } from './pair-list.js'
import type { TestSet } from './test-set.js'
import type { TestSetFormat } from './test-set-format.js'

function checkHeader(header: NpyHeader, size: number, where: string): void {
  const { type, shape, fortranOrder } = header
  if (type !== 'uint8' || shape.length !== 4 || shape[1] !== 3 || fortranOrder) {
    throw new InputError(
      `the array is ${npyDescription(type)} [${shape.join(', ')}]${fortranOrder ? ' in Fortran order' : ''}`,
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
  const same = await readPairLabels(labelsPath)
  const file = await RandomAccessFile.open(path)
  try {
    const header = parseNpyHeader(await file.read(0, Math.min(NPY_HEAD_BYTES, file.size)), path)
    checkHeader(header, file.size, path)
    const [imageCount, , height, width] = header.shape
    const set: Omit<TestSet, 'fingerprint'> = {
      name,
      format: npyPairs.id,
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

export const npyPairs: TestSetFormat = {
  id: 'npy-pairs',
  hint: 'NAME.npy with issame.txt',
  endings: ['npy'],
  recognise: ({ bytes }) => isNpy(bytes),
  open: (file, { name }) => openNpyPairs(file, name),
}
