import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type FilePath, shownPath } from '../../bytes/file-name.js'
import type { FolderEntry } from '../../bytes/folder-listing.js'
import { asInputError, InputError } from '../../errors.js'
import { type ImageListing, listImages } from '../../images/image-listing.js'
import { PassedOverFiles } from '../../images/passed-over.js'
import {
  type DatasetReader,
  type DatasetRecord,
  LEAVE_OUT,
  MAX_IMAGE_BYTES,
  type ReadOptions,
} from '../dataset.js'

/**
 * A folder whose subfolders are identities (`000123/007.jpg`, CASIA-WebFace, DigiFace). Labels are the
 * subfolders' positions in natural order, one without images included. Only the subfolders' names are kept;
 * each is listed when its turn comes.
 */
export class ImageFolderReader implements DatasetReader {
  readonly format = 'folder'
  readonly grouped = true
  readonly identityNames: readonly string[]
  readonly passedOver = new PassedOverFiles()
  /** identities whose folders were listed once, so that what they pass over is counted */
  #listed = 0

  private constructor(
    readonly path: string,
    private readonly identities: readonly FolderEntry[],
  ) {
    this.identityNames = identities.map(({ name }) => name)
  }

  /** @throws InputError where it is no folder, or one without subfolders */
  static async open(path: string): Promise<ImageFolderReader> {
    const { folders, images, brokenLinks, passedOver } = await listImages(path)
    if (brokenLinks.length > 0) {
      throw new InputError('the link leads nowhere', join(path, brokenLinks[0].name), 'mend or remove it')
    }
    if (folders.length === 0) {
      throw new InputError(
        'the folder has no subfolders, so it holds no identities',
        path,
        'put the images of each identity in a folder of their own',
      )
    }
    const reader = new ImageFolderReader(path, folders)
    for (const file of passedOver) reader.passedOver.add(file)
    for (const { name } of images) reader.passedOver.add({ name, reason: 'beside the identities' })
    return reader
  }

  get identityCount(): number {
    return this.identities.length
  }

  /** The number of images, from the folders' listings alone. */
  async countImages(): Promise<number> {
    let count = 0
    for (const [identity] of this.identities.entries()) count += (await this.#list(identity)).images.length
    return count
  }

  async *records({ keepUnreadable = false }: ReadOptions = {}): AsyncIterableIterator<DatasetRecord> {
    let found = false
    for (const [identity, folder] of this.identities.entries()) {
      const { images } = await this.#list(identity)
      for (const [image, file] of images.entries()) {
        found = true
        const name = `${folder.name}/${file.name}`
        const bytes = readImage(file.path)
        if (!(bytes instanceof InputError)) yield { identity, image, bytes, name }
        else if (keepUnreadable) yield { identity, image, bytes: new Uint8Array(0), name, problem: bytes }
        else throw bytes
      }
    }
    if (!found) {
      const passedOver = this.passedOver.describe()
      throw new InputError(
        `none of the subfolders holds images${passedOver === undefined ? '' : ` (${passedOver})`}`,
        this.path,
        'name the folder whose subfolders are the identities',
      )
    }
  }

  async close(): Promise<void> {}

  async #list(identity: number): Promise<ImageListing> {
    const folder = this.identities[identity]
    const listing = await listImages(folder.path)
    if (identity === this.#listed) {
      this.#listed++
      const named = (name: string) => `${folder.name}/${name}`
      for (const { name, reason } of listing.passedOver) this.passedOver.add({ name: named(name), reason })
      for (const { name } of listing.brokenLinks)
        this.passedOver.add({ name: named(name), reason: 'broken link' })
      for (const { name } of listing.folders)
        this.passedOver.add({ name: named(name), reason: 'folder in an identity' })
    }
    return listing
  }
}

/** The bytes of a file, or why there are none. */
function readImage(path: FilePath): Uint8Array | InputError {
  const where = shownPath(path)
  try {
    const { size } = statSync(path)
    if (size > 0 && size <= MAX_IMAGE_BYTES) return readFileSync(path)
    const what =
      size === 0 ? 'the image file is empty' : `the image file has ${size} bytes, more than an image should`
    return new InputError(what, where, `remove or replace ${basename(where)}, or ${LEAVE_OUT}`)
  } catch (error) {
    // It was listed, so only what a link leads to can be missing.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP'))
      return new InputError('the link leads nowhere', where, `mend or remove it, or ${LEAVE_OUT}`)
    const known = asInputError(error, where)
    if (known instanceof InputError) return known.or(LEAVE_OUT)
    throw known
  }
}
