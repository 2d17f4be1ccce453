import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { asInputError } from '../errors.js'
import { fingerprintOf } from './fingerprint.js'
import { unpackXz } from './insightface-xz.js'
import { consecutivePairs } from './pair-list.js'
import { readPairPickle } from './pair-pickle.js'
import { RandomAccessFile } from './random-access-file.js'
import type { TestSet, TestSetFormat } from './test-set.js'

type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>

async function testSetOf(
  pickle: Buffer,
  read: ReadBytes,
  source: { readonly path: string; readonly name: string; readonly format: TestSetFormat },
  close: () => Promise<void>,
): Promise<TestSet> {
  const { images, same } = readPairPickle(pickle, source.path)
  const set: Omit<TestSet, 'fingerprint'> = {
    name: source.name,
    format: source.format,
    imageCount: images.length,
    pairs: consecutivePairs(images.length, same, source.path),
    imageName: (index) => `${basename(source.path)}#${index}`,
    read: async (index) => ({
      kind: 'encoded',
      bytes: await read(images[index].offset, images[index].length),
    }),
    close,
  }
  return { ...set, fingerprint: await fingerprintOf(set) }
}

/**
 * Opens a verification set of insightface (`lfw.bin`): a pickle of encoded images and labels; images 2i and
 * 2i + 1 are pair i. The file is held in memory only while its images are located; later each is read from its
 * place.
 * @throws InputError where it is no such pickle, is cut short, would run code, or its numbers don't match
 */
export async function openInsightfaceBin(path: string, name: string): Promise<TestSet> {
  const file = await RandomAccessFile.open(path)
  try {
    const pickle = await readFile(path).catch((error: unknown) => {
      throw asInputError(error, path)
    })
    const source = { path, name, format: 'insightface-bin' } as const
    return await testSetOf(
      pickle,
      (offset, length) => file.read(offset, length),
      source,
      () => file.close(),
    )
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * Opens the same pickle packed as `.xz`. It is unpacked once and held in memory, at most 1 GiB; images are
 * views of it.
 * @throws InputError as {@link openInsightfaceBin}, and where it unpacks to more
 */
export async function openInsightfaceXz(path: string, name: string): Promise<TestSet> {
  const pickle = await unpackXz(path)
  const read: ReadBytes = async (offset, length) => pickle.subarray(offset, offset + length)
  return testSetOf(pickle, read, { path, name, format: 'insightface-xz' }, async () => {})
}
