import { toPixels } from '../../../../src/images/image-decoding.js'
import { openTestSet } from '../../../../src/test-sets/open-test-set.js'
import type { TestSet } from '../../../../src/test-sets/test-set.js'
import { encodePairPickle } from '../../../test-sets/pair-pickle.js'
import type { FuzzedReader } from '../reader.js'
import { smallJpeg } from '../small-images.js'
import { PICKLE_WORDS } from './pickle.js'

const IMAGES_READ = 50

/** Opens a set and decodes its images, the first of a large one. */
export async function readTestSet(path: string): Promise<void> {
  const set: TestSet = await openTestSet(path)
  try {
    for (let image = 0; image < Math.min(set.imageCount, IMAGES_READ); image++)
      await toPixels(await set.read(image), set.imageName(image))
  } finally {
    await set.close()
  }
}

export async function pairPickle(): Promise<Uint8Array> {
  const images = await Promise.all([1, 2, 3, 4].map(smallJpeg))
  return encodePairPickle(images, [true, false])
}

/** One NumPy array an image, as insightface's packing scripts wrote in Python 2. */
function arrayPickle(image: Uint8Array): Uint8Array {
  const latin = (text: string) => Buffer.from(text, 'latin1')
  const size = Buffer.alloc(4)
  size.writeUInt32LE(image.length)
  const array = Buffer.concat([
    latin('cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR(K\x01(J'),
    size,
    latin(
      'K\x01tcnumpy\ndtype\n(U\x02u1K\x00K\x01tR(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T',
    ),
    size,
    image,
    latin('tb'),
  ])
  return Buffer.concat([latin('\x80\x02]('), array, array, latin('e]\x88a\x86.')])
}

export const insightfaceBin: FuzzedReader = {
  id: 'insightface-bin',
  file: 'set.bin',
  seeds: async () => [await pairPickle(), arrayPickle(await smallJpeg(1))],
  words: PICKLE_WORDS,
  read: readTestSet,
}
