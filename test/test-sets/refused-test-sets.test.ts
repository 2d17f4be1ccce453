import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { xz } from '@napi-rs/lzma'
import { describe, expect, test } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { toPixels } from '../../src/images/image-decoding.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import { scratchFiles, scratchFolder } from '../scratch.js'
import { grey } from './grey-images.js'
import { encodePairPickle } from './pair-pickle.js'

const folder = scratchFolder()
const put = scratchFiles(folder)
const images = await Promise.all([10, 20, 30, 40].map(grey))
const pickle = encodePairPickle(images, [true, false])
describe('bad input gets one line: where, what, what to do', () => {
  const opening = (name: string, content: string | Uint8Array, options = {}) =>
    openTestSet(put(name, content), options)
  const npy = (shape: number[], type: '|u1' | '<f4' = '|u1') => {
    const length = shape.reduce((product, n) => product * n, 1)
    return type === '|u1'
      ? encodeNpy({ type, shape, data: new Uint8Array(length) })
      : encodeNpy({ type, shape, data: new Float32Array(length) })
  }

  test.each([
    ['cut.bin', pickle.subarray(0, 100), 'cut.bin: the file ends early: '],
    [
      'odd.bin',
      encodePairPickle(images, [true]),
      'odd.bin: 1 labels need 2 images, 4 are there; copy the images',
    ],
    ['none.bin', encodePairPickle([], []), 'none.bin: the set holds no pairs'],
    [
      'evil.bin',
      Buffer.from('\x80\x03cos\nsystem\n.', 'latin1'),
      "evil.bin: the pickle names 'os.system', which is not data",
    ],
    [
      'cut.xz',
      xz.compressSync(pickle).subarray(0, 60),
      'cut.xz: the .xz file ends early; copy the file again',
    ],
    [
      'x.jpg',
      Buffer.from([0xff, 0xd8, 0xff]),
      'x.jpg: no form of test set is recognised in it; looked for a pickle (.bin), .xz',
    ],
    ['empty.txt', '', 'empty.txt: the file is empty; looked for'],
    ['prose.txt', 'Faces are nice', 'prose.txt: no form of test set is recognised'],
    [
      'columns.csv',
      'left,right\na,b',
      "columns.csv: the column 'image_1' is missing; the columns are 'left', 'right'; add it (also",
    ],
    [
      'up.csv',
      'image_1,image_2,same\n../../etc/passwd,b,1',
      "up.csv, row 1: the path '../../etc/passwd' leaves the image folder",
    ],
  ])('%s', async (name, content, message) => {
    await expect(opening(name, content)).rejects.toThrow(message)
  })

  test('.npy of another type or shape, cut short, without labels, with too few or wrong ones', async () => {
    put('bad/issame.txt', '1 0')
    const refused: [Uint8Array, string][] = [
      [
        npy([4, 3, 2, 2], '<f4'),
        'bad.npy: the array is <f4 [4, 3, 2, 2]; images are wanted as uint8 [N, 3, height, width]',
      ],
      [npy([4, 2, 2, 3]), 'bad.npy: the array is |u1 [4, 2, 2, 3]'],
      [
        npy([4, 3, 2, 2]).subarray(0, 170),
        'bad.npy: the file ends early: 4 images need 176 bytes, 170 are there',
      ],
      [npy([6, 3, 2, 2]), 'bad.npy: 2 labels need 4 images, 6 are there'],
    ]
    for (const [bytes, message] of refused)
      await expect(opening('bad/bad.npy', bytes)).rejects.toThrow(message)
    put('bad/issame.txt', '1 maybe')
    await expect(opening('bad/bad.npy', npy([4, 3, 2, 2]))).rejects.toThrow(
      "issame.txt: label 2 is 'maybe'; write one of '1'",
    )
    await expect(opening('alone/alone.npy', npy([2, 3, 2, 2]))).rejects.toThrow(
      'alone/issame.txt: no such file',
    )
  })

  test('images that are missing are counted, the first ones named', async () => {
    const csv = `image_1,image_2,same\n${['a', 'b', 'c', 'd'].map((x) => `${x}.jpg,${x}2.jpg,1`).join('\n')}`
    await expect(opening('missing/list.csv', csv)).rejects.toThrow(
      `list.csv: 8 of 8 images of the list are missing in ${join(folder, 'missing')}: a.jpg, a2.jpg, b.jpg, ...; name the image folder with --images`,
    )
  })

  test('a folder that is missing, that is a file, or that holds no set or several', async () => {
    const csv = 'image_1,image_2,same\na.jpg,b.jpg,1'
    await expect(openTestSet(join(folder, 'nowhere'))).rejects.toThrow(
      'nowhere: no such file or folder; check the path',
    )
    await expect(opening('l.csv', csv, { images: join(folder, 'nowhere') })).rejects.toThrow(
      'nowhere: no such file',
    )
    await expect(opening('l.csv', csv, { images: join(folder, 'l.csv') })).rejects.toThrow(
      'l.csv: is not a folder',
    )
    await mkdir(join(folder, 'void'))
    await expect(openTestSet(join(folder, 'void'))).rejects.toThrow(
      'void: the folder holds no test set; looked for',
    )
    put('two/a.bin', pickle)
    put('two/b.bin', pickle)
    await expect(openTestSet(join(folder, 'two'))).rejects.toThrow(
      'two: the folder holds 2 test sets (a.bin, b.bin); name one',
    )
  })

  test('what could be a set but for its name is passed over aloud: the sidecars of macOS', async () => {
    put('sidecar/lfw.bin', pickle)
    put('sidecar/._lfw.bin', pickle)
    put('sidecar/.DS_Store', pickle)
    const notes: string[] = []
    const set = await openTestSet(join(folder, 'sidecar'), { note: (line) => void notes.push(line) })
    await set.close()
    expect(set.name).toBe('lfw')
    expect(notes).toEqual([`${join(folder, 'sidecar')}: 1 file passed over (1 macOS sidecar): ._lfw.bin`])
  })

  test.skipIf(process.getuid?.() === 0)('a folder or file that may not be read (not as root)', async () => {
    const locked = join(folder, 'locked')
    await mkdir(locked, { mode: 0o000 })
    await expect(openTestSet(locked)).rejects.toThrow('locked: permission denied; check who owns it')
    const file = put('locked.bin', pickle)
    await chmod(file, 0o000)
    await expect(openTestSet(file)).rejects.toThrow('locked.bin: permission denied; check who owns it')
  })

  test('an image that does not decode is named when it is read', async () => {
    const set = await opening('broken.bin', encodePairPickle([images[0], Buffer.from('no image')], [true]))
    await expect(set.read(1).then((image) => toPixels(image, set.imageName(1)))).rejects.toThrow(
      'broken.bin#1: the image does not decode',
    )
    await set.close()
  })
})
