import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { shownPath } from '../bytes/file-name.js'
import { asInputError, InputError } from '../errors.js'
import { fingerprintOf } from './fingerprint.js'
import { type FoundImage, ImageFinder } from './image-finder.js'
import type { PairList } from './pair-list.js'
import { subjectsOfFolders } from './subjects.js'
import type { TestSet } from './test-set.js'

const AT_ONCE = 64
const NAMED_MISSING = 3

/** How the images of a list are found. */
export interface ListedImages {
  readonly name: string
  readonly format: string
  /** the list, for messages and for the default folder */
  readonly listPath: string
  /** the image folder; by default the list's own, or `images` beside the list */
  readonly folder?: string | undefined
  /** the images may have another ending than the list says, as aligned copies of LFW have */
  readonly anyEnding: boolean
}

/** Where every image lies. @throws InputError that counts the missing ones and names the first */
async function findImages(finder: ImageFinder, list: PairList, source: ListedImages): Promise<FoundImage[]> {
  const found: FoundImage[] = []
  const missing: string[] = []
  for (let start = 0; start < list.images.length; start += AT_ONCE) {
    const images = list.images.slice(start, start + AT_ONCE)
    const places = await Promise.all(images.map((image) => finder.find(image)))
    for (const [i, place] of places.entries()) {
      if (place === undefined) missing.push(images[i])
      else found.push(place)
    }
  }
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED_MISSING).join(', ')
    const more = missing.length > NAMED_MISSING ? ', ...' : ''
    throw new InputError(
      `${missing.length} of ${list.images.length} images of the list are missing in ${finder.folder}: ${named}${more}`,
      source.listPath,
      'name the image folder with --images',
    )
  }
  return found
}

async function defaultFolder(list: PairList, source: ListedImages): Promise<string> {
  const beside = dirname(source.listPath)
  for (const folder of [beside, join(beside, 'images')]) {
    if ((await new ImageFinder(folder, source.anyEnding).find(list.images[0]).catch(notThere)) !== undefined)
      return folder
  }
  return beside
}

/** A folder that isn't there has no images either; what else is wrong is told when all are looked for. */
function notThere(error: unknown): undefined {
  if (!(error instanceof InputError)) throw error
  return undefined
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
  const images = await findImages(new ImageFinder(folder, source.anyEnding), list, source)
  const subjectOf = subjectsOfFolders(list)
  const set: Omit<TestSet, 'fingerprint'> = {
    name: source.name,
    format: source.format,
    imageCount: images.length,
    pairs: list.pairs,
    ...(list.folds === undefined ? {} : { folds: list.folds }),
    ...(subjectOf && { subjectOf }),
    imageName: (index) => images[index].name,
    async read(index) {
      const { path } = images[index]
      try {
        return { kind: 'encoded', bytes: await readFile(path) }
      } catch (error) {
        throw asInputError(error, shownPath(path))
      }
    },
    async close() {},
  }
  return { ...set, fingerprint: await fingerprintOf(set) }
}
