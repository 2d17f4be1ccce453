import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { asInputError, InputError } from '../errors.js'
import { fingerprintOf } from './fingerprint.js'
import type { PairList } from './pair-list.js'
import type { TestSet, TestSetFormat } from './test-set.js'

const AT_ONCE = 64
const NAMED_MISSING = 3
const EXTENSIONS = ['.jpg', '.png', '.jpeg', '.webp', '.tif', '.gif'] as const

/** How the images of a list are found. */
export interface ListedImages {
  readonly name: string
  readonly format: TestSetFormat
  /** the list, for messages and for the default folder */
  readonly listPath: string
  /** the image folder; by default the list's own, or `images` beside the list */
  readonly folder?: string | undefined
  /** the images may have another extension than the list says, as aligned copies of LFW have */
  readonly anyExtension: boolean
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw asInputError(error, path)
  }
}

/** The file of an image, or undefined; `hint` is the extension to try first. */
async function findImage(folder: string, image: string, extensions: readonly string[]) {
  const stem = image.slice(0, image.length - extname(image).length)
  for (const extension of extensions) {
    const path = `${stem}${extension}`
    if (await isFile(join(folder, path))) return path
  }
  return undefined
}

/** Every image's path below the folder. @throws InputError that counts the missing ones and names the first */
async function findImages(folder: string, list: PairList, source: ListedImages): Promise<string[]> {
  const found: string[] = []
  const missing: string[] = []
  let last = ''
  for (let start = 0; start < list.images.length; start += AT_ONCE) {
    const images = list.images.slice(start, start + AT_ONCE)
    const paths = await Promise.all(
      images.map((image) => {
        const own = extname(image)
        return findImage(folder, image, source.anyExtension ? [last || own, own, ...EXTENSIONS] : [own])
      }),
    )
    for (const [i, path] of paths.entries()) {
      if (path === undefined) missing.push(images[i])
      else found.push(path)
    }
    last = extname(found.at(-1) ?? '')
  }
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED_MISSING).join(', ')
    const more = missing.length > NAMED_MISSING ? ', ...' : ''
    throw new InputError(
      `${missing.length} of ${list.images.length} images of the list are missing in ${folder}: ${named}${more}`,
      source.listPath,
      'name the image folder with --images',
    )
  }
  return found
}

async function defaultFolder(list: PairList, source: ListedImages): Promise<string> {
  const beside = dirname(source.listPath)
  const extensions = source.anyExtension
    ? [extname(list.images[0]), ...EXTENSIONS]
    : [extname(list.images[0])]
  for (const folder of [beside, join(beside, 'images')]) {
    if ((await findImage(folder, list.images[0], extensions)) !== undefined) return folder
  }
  return beside
}

/**
 * A test set of image files that a list names.
 * @throws InputError where the folder or images are missing or cannot be read
 */
export async function openListedImages(list: PairList, source: ListedImages): Promise<TestSet> {
  const folder = source.folder ?? (await defaultFolder(list, source))
  try {
    if (!(await stat(folder)).isDirectory()) throw new InputError('is not a folder', folder, 'name a folder')
  } catch (error) {
    throw asInputError(error, folder)
  }
  const paths = await findImages(folder, list, source)
  const set: Omit<TestSet, 'fingerprint'> = {
    name: source.name,
    format: source.format,
    imageCount: paths.length,
    pairs: list.pairs,
    ...(list.folds === undefined ? {} : { folds: list.folds }),
    imageName: (index) => paths[index],
    async read(index) {
      const path = join(folder, paths[index])
      try {
        return { kind: 'encoded', bytes: await readFile(path) }
      } catch (error) {
        throw asInputError(error, path)
      }
    },
    async close() {},
  }
  return { ...set, fingerprint: await fingerprintOf(set) }
}
