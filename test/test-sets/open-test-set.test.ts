import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { xz } from '@napi-rs/lzma'
import { describe, expect, test } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { decodeImage, toPixels } from '../../src/images/image-decoding.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import type { TestSet } from '../../src/test-sets/test-set.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFiles, scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'
import { grey } from './grey-images.js'
import { encodePairPickle } from './pair-pickle.js'

const folder = scratchFolder()
const hasPython = pythonHas('numpy', 'PIL')

const put = scratchFiles(folder)

async function firstPixels(set: TestSet): Promise<number[]> {
  const levels: number[] = []
  for (let i = 0; i < set.imageCount; i++) {
    levels.push((await toPixels(await set.read(i), set.imageName(i))).data[0])
  }
  return levels
}

const images = await Promise.all([10, 20, 30, 40].map(grey))
const pickle = encodePairPickle(images, [true, false])

describe('every form is told from its content', () => {
  test("insightface's .bin, whatever its name, and its .xz: the same images, the same fingerprint", async () => {
    const bin = await openTestSet(put('lfw.dat', pickle))
    const packed = await openTestSet(put('packed', xz.compressSync(pickle)), { name: 'lfw' })
    for (const set of [bin, packed]) {
      expect([set.name, set.imageCount, set.folds]).toEqual(['lfw', 4, undefined])
      expect(set.pairs).toEqual({
        first: Uint32Array.of(0, 2),
        second: Uint32Array.of(1, 3),
        same: Uint8Array.of(1, 0),
      })
      expect(await firstPixels(set)).toEqual([10, 20, 30, 40])
    }
    expect([bin.format, packed.format]).toEqual(['insightface-bin', 'insightface-xz'])
    expect([bin.imageName(3), packed.imageName(3)]).toEqual(['lfw.dat#3', 'packed#3'])
    expect(packed.fingerprint).toBe(bin.fingerprint)
    await bin.close()
    await packed.close()
  })

  test('NAME/NAME.npy with issame.txt: planes of red, green and blue', async () => {
    const data = Uint8Array.from({ length: 4 * 3 * 2 * 5 }, (_, i) => i)
    const path = put('hadrian/hadrian.npy', encodeNpy({ type: '|u1', shape: [4, 3, 2, 5], data }))
    put('hadrian/issame.txt', '1.000000000000000000e+00\n0\n')
    for (const opened of [path, dirname(path)]) {
      const set = await openTestSet(opened)
      expect([set.name, set.format, set.imageCount]).toEqual(['hadrian', 'npy-pairs', 4])
      expect([...set.pairs.same]).toEqual([1, 0])
      const image = await toPixels(await set.read(1), set.imageName(1))
      expect([image.width, image.height]).toEqual([5, 2])
      // Pixel (x 3, y 1) of image 1: 30 numbers an image, 10 a plane, 5 a row.
      expect([...image.data.subarray((5 + 3) * 3).subarray(0, 3)]).toEqual([30 + 8, 30 + 18, 30 + 28])
      await set.close()
    }
  })

  test("LFW's pairs over a folder, also where the aligned copies are PNG", async () => {
    for (const [i, name] of ['Ann/Ann_0001', 'Ann/Ann_0002', 'Bea/Bea_0001'].entries()) {
      put(`lfw/${name}.png`, images[i])
    }
    const set = await openTestSet(put('lfw/pairs.txt', '1\t1\nAnn\t1\t2\nAnn\t1\tBea\t1\n'))
    expect([set.name, set.format]).toEqual(['lfw', 'lfw-pairs'])
    expect(await firstPixels(set)).toEqual([10, 20, 30])
    expect(set.imageName(2)).toBe('Bea/Bea_0001.png')
    expect([...set.pairs.first, ...set.pairs.second]).toEqual([0, 0, 1, 2])

    const similar = put('pair_SLLFW.txt', 'Ann/Ann_0001.jpg\nAnn/Ann_0002.jpg\n')
    const sllfw = await openTestSet(similar, { images: join(folder, 'lfw') })
    expect([sllfw.name, sllfw.format, sllfw.imageCount]).toEqual(['pair_SLLFW', 'sllfw-pairs', 2])
  })

  test("DoppelVer's CSV and a plain CSV, images beside the list or in images/", async () => {
    put('doppel/ann/1.png', images[0])
    put('doppel/bea/1.png', images[1])
    const header = 'ID,INDIVIDUAL_1,IMAGE_1,INDIVIDUAL_2,IMAGE_2,LABEL,SPLIT\n'
    const doppel = await openTestSet(put('doppel/list.csv', `${header}0,ann,1.png,bea,1.png,0,0\n`))
    expect([doppel.format, doppel.imageCount, doppel.folds]).toEqual(['doppelver', 2, Uint16Array.of(0)])

    put('plain/images/ü 1.png', images[2])
    const csv = '\ufeffimage_1,image_2,same,fold\r\n"ü 1.png","ü 1.png",1,0\r\n'
    const plain = await openTestSet(put('plain/list.csv', csv))
    expect([plain.format, plain.imageCount]).toEqual(['csv-pairs', 1])
    expect(await firstPixels(plain)).toEqual([30])
  })

  test('a folder that holds one set opens as that set', async () => {
    expect((await openTestSet(join(folder, 'lfw'))).name).toBe('lfw')
  })
})

describe('the fingerprint', () => {
  test('is the documented SHA-256', async () => {
    const word = (...numbers: number[]) => Buffer.from(Uint32Array.from(numbers).buffer)
    const hash = createHash('sha256').update('test-set-1').update(word(4))
    for (const image of images) hash.update(word(0, 0, 0, image.length)).update(image)
    hash
      .update(word(2, 0, 2, 1, 3))
      .update(Uint8Array.of(1, 0))
      .update(word(0))
    const set = await openTestSet(put('fingerprint.bin', pickle))
    expect(set.fingerprint).toBe(hash.digest('hex'))
    await set.close()
  })

  test('changes with any image, any label and the order', async () => {
    const [a, b, c, d] = images
    const all = await Promise.all(
      [
        pickle,
        encodePairPickle(images, [false, false]),
        encodePairPickle([b, a, c, d], [true, false]),
        encodePairPickle([a, b, c, c], [true, false]),
        encodePairPickle([a, b], [true]),
      ].map(async (bytes, i) => {
        const set = await openTestSet(put(`fingerprint-${i}.bin`, bytes))
        await set.close()
        return set.fingerprint
      }),
    )
    expect(new Set(all).size).toBe(all.length)
  })
})

describe.skipIf(REAL === undefined)('real photographs (needs ../shared/real)', () => {
  test('the .bin and the CSV over image files hold the same pairs', async () => {
    const bin = await openTestSet(`${REAL}/real-pairs.bin`)
    const csv = await openTestSet(`${REAL}/pairs.csv`)
    expect([bin.imageCount, csv.imageCount]).toEqual([600, 25])
    expect(csv.pairs.same).toEqual(bin.pairs.same)
    for (let pair = 0; pair < 300; pair++) {
      const [one, other] = [await bin.read(bin.pairs.second[pair]), await csv.read(csv.pairs.second[pair])]
      if (one.kind !== 'encoded' || other.kind !== 'encoded') throw new Error('encoded images were expected')
      expect(Buffer.from(one.bytes).equals(other.bytes)).toBe(true)
    }
    await bin.close()
  })

  test.skipIf(!hasPython)('a Hadrian-like .npy equals what NumPy holds (needs Python)', async () => {
    await mkdir(join(folder, 'numpy'), { recursive: true })
    const script = `
import numpy as np, pickle, io, sys
from PIL import Image
images, same = pickle.load(open('${REAL}/real-pairs.bin', 'rb'))
rgb = [np.asarray(Image.open(io.BytesIO(b)).convert('RGB')) for b in images[:20]]
np.save('${folder}/numpy/eclipse.npy', np.asarray(rgb).transpose((0, 3, 1, 2)))
np.savetxt('${folder}/numpy/issame.txt', np.array(same[:10]).astype(int), fmt='%s')`
    expect(spawnSync(PYTHON, ['-c', script]).status).toBe(0)
    const bin = await openTestSet(`${REAL}/real-pairs.bin`)
    const set = await openTestSet(join(folder, 'numpy'))
    expect(set.pairs.same).toEqual(bin.pairs.same.slice(0, 10))
    for (let i = 0; i < 20; i++) {
      const image = await bin.read(i)
      if (image.kind !== 'encoded') throw new Error('encoded images were expected')
      const expected = await decodeImage(image.bytes, bin.imageName(i))
      expect(Buffer.from((await toPixels(await set.read(i), '')).data).equals(expected.data)).toBe(true)
    }
    await bin.close()
    await set.close()
  })
})

test('reading at once from many places gives every image', async () => {
  const many = Array.from({ length: 200 }, (_, i) => Buffer.from(`image ${i}`))
  const set = await openTestSet(put('many.bin', encodePairPickle(many, Array(100).fill(true))))
  const read = await Promise.all(many.map((_, i) => set.read(199 - i)))
  expect(
    read.map((image) => image.kind === 'encoded' && Buffer.from(image.bytes).toString()).reverse(),
  ).toEqual(many.map(String))
  await set.close()
})
