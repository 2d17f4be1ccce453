import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { shownPath } from '../bytes/file-name.js'
import { asInputError, InputError } from '../errors.js'
import { ALIGNMENT_RECORD, readAlignmentRecord } from '../images/alignment-record.js'
import { fingerprintOf } from './fingerprint.js'
import { type FoundImage, ImageFinder } from './image-finder.js'
import { type PairList, withoutImages } from './pair-list.js'
import { subjectsOfFolders } from './subjects.js'
import type { LeftOutOfList, TestSet } from './test-set.js'

const AT_ONCE = 64
const NAMED_MISSING = 3

/** How the images of a list are found. */
export interface ImagesOfList {
  /** the list, for messages and for the default folder */
  readonly listPath: string
  /** the image folder; by default the list's own, or `images` beside the list */
  readonly folder?: string | undefined
}

/** A list that is opened as a test set. */
export interface ListedImages extends ImagesOfList {
  readonly name: string
  readonly format: string
}

/** Missing images that are looked for before a list is given up: each is sought in several ways. */
const MOST_MISSING = 10_000

/**
 * Where every image lies; undefined for those that are missing.
 * @param leftOut how many may be missing, since an alignment left them out
 * @throws InputError where two files could be meant, or thousands are missing
 */
async function findImages(
  finder: ImageFinder,
  list: PairList,
  listPath: string,
  leftOut = 0,
): Promise<(FoundImage | undefined)[]> {
  const found: (FoundImage | undefined)[] = []
  let missing = 0
  for (let start = 0; start < list.images.length; start += AT_ONCE) {
    const images = list.images.slice(start, start + AT_ONCE)
    for (const image of await Promise.all(images.map((name) => finder.find(name)))) {
      found.push(image)
      if (image === undefined) missing++
    }
    if (missing > MOST_MISSING + leftOut)
      throw new InputError(
        `more than ${MOST_MISSING} images of the list are missing in ${finder.folder}`,
        listPath,
        'name the image folder with --images',
      )
  }
  return found
}

function refuseMissing(missing: readonly string[], list: PairList, folder: string, listPath: string): void {
  if (missing.length === 0) return
  const named = missing.slice(0, NAMED_MISSING).join(', ')
  const more = missing.length > NAMED_MISSING ? ', ...' : ''
  throw new InputError(
    `${missing.length} of ${list.images.length} images of the list are missing in ${folder}: ${named}${more}`,
    listPath,
    'name the image folder with --images',
    { listing: missing.length > NAMED_MISSING ? missing : [] },
  )
}

/** The folder that a list's paths begin in. @throws InputError where the one that was named is none */
async function folderOf(list: PairList, source: ImagesOfList): Promise<string> {
  const folder = source.folder ?? (await defaultFolder(list, source))
  try {
    if (!(await stat(folder)).isDirectory()) throw new InputError('is not a folder', folder, 'name a folder')
  } catch (error) {
    throw asInputError(error, folder)
  }
  return folder
}

/** Where all images of a list lie, in its order. @throws InputError that lists the missing ones */
export async function findListedImages(list: PairList, source: ImagesOfList): Promise<FoundImage[]> {
  const folder = await folderOf(list, source)
  const found = await findImages(new ImageFinder(folder), list, source.listPath)
  refuseMissing(
    list.images.filter((_, i) => found[i] === undefined),
    list,
    folder,
    source.listPath,
  )
  return found.filter((image) => image !== undefined)
}

async function defaultFolder(list: PairList, source: ImagesOfList): Promise<string> {
  const beside = dirname(source.listPath)
  for (const folder of [beside, join(beside, 'images')]) {
    if ((await new ImageFinder(folder).find(list.images[0]).catch(notThere)) !== undefined) return folder
  }
  return beside
}

/** A folder that isn't there has no images either; what else is wrong is told when all are looked for. */
function notThere(error: unknown): undefined {
  if (!(error instanceof InputError)) throw error
  return undefined
}

/**
 * A test set of image files that a list names. Photographs that an alignment left out of the folder on its user's word
 * are left out with their pairs, which is counted.
 * @throws InputError where the folder or images are missing or cannot be read
 */
export async function openListedImages(whole: PairList, source: ListedImages): Promise<TestSet> {
  const folder = await folderOf(whole, source)
  const record = await readAlignmentRecord(folder)
  const left = record?.leftOut ?? []
  const found = await findImages(new ImageFinder(folder), whole, source.listPath, left.length)
  const { list, images, leftOut } = withoutLeftOut(whole, found, left, folder, source)
  const subjectOf = subjectsOfFolders(list)
  const set: Omit<TestSet, 'fingerprint'> = {
    name: source.name,
    format: source.format,
    imageCount: images.length,
    pairs: list.pairs,
    ...(list.folds === undefined ? {} : { folds: list.folds }),
    ...(subjectOf && { subjectOf }),
    ...(leftOut && { leftOut }),
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

/** The list without what an alignment left out. @throws InputError where other images are missing */
function withoutLeftOut(
  whole: PairList,
  found: readonly (FoundImage | undefined)[],
  left: readonly { readonly image: string; readonly reason: string }[],
  folder: string,
  { listPath }: ImagesOfList,
): { list: PairList; images: readonly FoundImage[]; leftOut?: LeftOutOfList } {
  const images = found.filter((image) => image !== undefined)
  if (images.length === whole.images.length) return { list: whole, images }
  const reasons = new Map(left.map(({ image, reason }) => [withoutEnding(image), reason]))
  const missing = whole.images.filter((_, i) => found[i] === undefined)
  refuseMissing(
    missing.filter((image) => !reasons.has(withoutEnding(image))),
    whole,
    folder,
    listPath,
  )
  const { images: kept, ...rest } = withoutImages(
    whole.images.length,
    whole.pairs,
    whole.folds,
    (image) => found[image] === undefined,
  )
  if (rest.kept.length === 0)
    throw new InputError(
      'an alignment left out an image of each pair',
      listPath,
      `see ${folder}/${ALIGNMENT_RECORD}`,
    )
  return {
    list: { ...rest, images: kept.map((image) => whole.images[image]) },
    images,
    leftOut: {
      images: missing.map((image) => `${image}: ${reasons.get(withoutEnding(image))}`),
      pairs: whole.pairs.same.length - rest.kept.length,
    },
  }
}

function withoutEnding(image: string): string {
  return image.slice(0, image.length - extname(image).length)
}
