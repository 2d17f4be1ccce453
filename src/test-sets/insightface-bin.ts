import { basename } from 'node:path'
import { type ByteSource, FileSource, MemorySource } from '../bytes/byte-source.js'
import { isPickle } from '../pickle/recognise-pickle.js'
import { fingerprintOf } from './fingerprint.js'
import { unpackXz } from './insightface-xz.js'
import { consecutivePairs } from './pair-list.js'
import { readPairPickle } from './pair-pickle.js'
import type { TestSet } from './test-set.js'
import type { TestSetFormat } from './test-set-format.js'
import { isXz } from './xz-size.js'

async function openPairPickle(
  source: ByteSource,
  name: string,
  format: 'insightface-bin' | 'insightface-xz',
  close: () => void,
): Promise<TestSet> {
  try {
    const { readImage, imageCount, same } = readPairPickle(source)
    const set: Omit<TestSet, 'fingerprint'> = {
      name,
      format,
      imageCount,
      pairs: consecutivePairs(imageCount, same, source.name),
      imageName: (index) => `${basename(source.name)}#${index}`,
      read: async (index) => ({ kind: 'encoded', bytes: readImage(index) }),
      close: async () => close(),
    }
    return { ...set, fingerprint: await fingerprintOf(set) }
  } catch (error) {
    close()
    throw error
  }
}

/**
 * Opens a verification set of insightface (`lfw.bin`): a pickle of encoded images and labels; images 2i and
 * 2i + 1 are pair i. Each image is read from its place in the file when it is asked for.
 * @throws InputError where it is no such pickle, is cut short, would run code, or its numbers don't match
 */
export async function openInsightfaceBin(path: string, name: string): Promise<TestSet> {
  const source = new FileSource(path)
  return openPairPickle(source, name, 'insightface-bin', () => source.close())
}

/**
 * Opens the same pickle packed as `.xz`. It is unpacked once and held in memory, at most 1 GiB; images are
 * views of it.
 * @throws InputError as {@link openInsightfaceBin}, and where it unpacks to more
 */
export async function openInsightfaceXz(path: string, name: string): Promise<TestSet> {
  const source = new MemorySource(await unpackXz(path), path)
  return openPairPickle(source, name, 'insightface-xz', () => {})
}

export const insightfaceBin: TestSetFormat = {
  id: 'insightface-bin',
  hint: 'a pickle (.bin)',
  endings: ['bin'],
  recognise: ({ bytes }) => isPickle(bytes),
  open: (file, { name }) => openInsightfaceBin(file, name),
}

export const insightfaceXz: TestSetFormat = {
  id: 'insightface-xz',
  hint: '.xz of one',
  endings: ['xz'],
  recognise: ({ bytes }) => isXz(bytes),
  open: (file, { name }) => openInsightfaceXz(file, name),
}
