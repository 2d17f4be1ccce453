import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shownPath } from '../bytes/file-name.js'
import type { FolderEntry } from '../bytes/folder-listing.js'
import { datasetsAmong, nameDataset } from '../datasets/open-dataset.js'
import { asInputError, InputError } from '../errors.js'
import { decodingProblem } from '../images/image-decoding.js'
import { type ImageListing, listImages } from '../images/image-listing.js'
import { PassedOverFiles } from '../images/passed-over.js'
import { lookAhead } from '../threads/look-ahead.js'
import type { ImageSet } from './image-set.js'

const READ_AHEAD = 8
/** Subfolders that are looked into to tell whether a folder holds identities, too. */
const LOOKED_INTO = 3

/** The images of a folder; undefined where it is a dataset of another kind. @throws InputError where it may be both */
export async function looseImages(folder: string): Promise<ImageListing | undefined> {
  const listing = await listImages(folder).catch((error: unknown) => {
    // A file: openDataset says what it is.
    if (error instanceof InputError && error.what === 'is not a folder') return undefined
    throw error
  })
  if (listing === undefined || listing.images.length === 0) return undefined
  const remedy = 'move the images or the rest into a folder of their own, and name the one that is meant'
  const what = `the folder holds ${listing.images.length} images (${listing.images[0].name} ..)`
  const [dataset] = datasetsAmong(listing.passedOver.map(({ name }) => name))
  if (dataset !== undefined) throw new InputError(`${what} and ${nameDataset(dataset)}`, folder, remedy)
  for (const { name, path } of listing.folders.slice(0, LOOKED_INTO)) {
    if ((await listImages(path)).images.length > 0)
      throw new InputError(`${what}, and images in ${name}`, folder, remedy)
  }
  return listing
}

/** What is known of an image when the set is opened: its bytes, or why there are none to use. */
interface Looked {
  readonly bytes: Uint8Array
  readonly problem: InputError | undefined
}

/** The images of a folder as a set. @throws InputError where one can't be read, unless those are left out */
export async function openLooseImages(
  folder: string,
  listing: ImageListing,
  skipUnreadable: boolean,
): Promise<ImageSet> {
  const passedOver = new PassedOverFiles()
  for (const file of listing.passedOver) passedOver.add(file)
  for (const { name } of listing.folders) passedOver.add({ name, reason: 'folder' })
  for (const { name } of listing.brokenLinks) passedOver.add({ name, reason: 'broken link' })
  const unreadable = new PassedOverFiles()
  const kept: FolderEntry[] = []
  const hash = createHash('sha256').update('image-set-1')
  const look = async (entry: FolderEntry): Promise<Looked> => {
    try {
      const bytes = await readImage(entry)
      return { bytes, problem: skipUnreadable ? await decodingProblem(bytes, entry.name) : undefined }
    } catch (error) {
      if (skipUnreadable && error instanceof InputError) return { bytes: new Uint8Array(0), problem: error }
      throw error
    }
  }
  function* jobs() {
    for (const entry of listing.images) yield async () => ({ entry, ...(await look(entry)) })
  }
  for await (const { entry, bytes, problem } of lookAhead(jobs(), READ_AHEAD)) {
    if (problem !== undefined) {
      unreadable.add({ name: entry.name, reason: problem.what })
      continue
    }
    kept.push(entry)
    hash.update(`\n${bytes.length}\n`).update(bytes)
  }
  return {
    name: folder,
    imageCount: kept.length,
    fingerprint: hash.digest('hex'),
    imageName: (index) => join(folder, kept[index].name),
    read: async (index) => ({ kind: 'encoded', bytes: await readImage(kept[index]) }),
    passedOver,
    unreadable,
    close: async () => {},
  }
}

async function readImage({ path }: FolderEntry): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw asInputError(error, shownPath(path))
  }
}
