import { type Dirent, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { createFolder } from '../bytes/files.js'
import { asInputError, InputError } from '../errors.js'
import { IMAGE_ENDINGS, imageEnding } from '../images/image-type.js'
import { type DatasetReader, type DatasetRecord, type DatasetWriter, MAX_IMAGE_BYTES } from './dataset.js'
import { naturalOrder } from './natural-order.js'
import { RecordOrder } from './record-order.js'

/**
 * A folder whose subfolders are identities (`000123/007.jpg`, CASIA-WebFace, DigiFace). Labels are the
 * subfolders' positions in natural order, one without images included. Only the subfolders' names are kept;
 * each is listed when its turn comes.
 */
export class ImageFolderReader implements DatasetReader {
  readonly format = 'folder'
  readonly grouped = true

  private constructor(
    readonly path: string,
    readonly identityNames: readonly string[],
  ) {}

  /** @throws InputError where it is no folder, or one without subfolders */
  static async open(path: string): Promise<ImageFolderReader> {
    const names = await list(path, (entry) => entry.isDirectory())
    if (names.length === 0) {
      throw new InputError(
        'the folder has no subfolders, so it holds no identities',
        path,
        'put the images of each identity in a folder of their own',
      )
    }
    return new ImageFolderReader(path, names)
  }

  get identityCount(): number {
    return this.identityNames.length
  }

  async *records(): AsyncIterableIterator<DatasetRecord> {
    let found = false
    for (const [identity, folder] of this.identityNames.entries()) {
      const images = await list(join(this.path, folder), (entry) => isImageName(entry.name) && entry.isFile())
      for (const [image, file] of images.entries()) {
        found = true
        const name = `${folder}/${file}`
        yield { identity, image, bytes: readImage(join(this.path, folder, file)), name }
      }
    }
    if (!found) {
      throw new InputError(
        'none of the subfolders holds images',
        this.path,
        'name the folder whose subfolders are the identities',
      )
    }
  }

  async close(): Promise<void> {}
}

/** Writes `000123/007.jpg`: six digits of the identity, three of the image, more where they need more. */
export class ImageFolderWriter implements DatasetWriter {
  readonly #order: RecordOrder
  #folder = ''

  private constructor(private readonly path: string) {
    this.#order = new RecordOrder(path)
  }

  /** Creates the folder if need be. @throws InputError */
  static async create(path: string): Promise<ImageFolderWriter> {
    await createFolder(path)
    return new ImageFolderWriter(path)
  }

  async write(record: DatasetRecord): Promise<void> {
    if (this.#order.next(record)) {
      this.#folder = join(this.path, String(record.identity).padStart(6, '0'))
      await createFolder(this.#folder)
    }
    const name = `${String(record.image).padStart(3, '0')}.${imageEnding(record.bytes)}`
    try {
      // In a file of a few kilobytes the promise costs ten times the writing.
      writeFileSync(join(this.#folder, name), record.bytes)
    } catch (error) {
      throw asInputError(error, join(this.#folder, name))
    }
  }

  async close(): Promise<void> {}
}

function isImageName(name: string): boolean {
  return IMAGE_ENDINGS.has(extname(name).slice(1).toLowerCase())
}

/** Names in a folder in natural order, hidden ones left out; links count as what they lead to. */
async function list(path: string, wanted: (entry: Entry) => boolean): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    const names: string[] = []
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      if (wanted(entry.isSymbolicLink() ? await follow(path, entry) : entry)) names.push(entry.name)
    }
    return names.sort(naturalOrder)
  } catch (error) {
    throw asInputError(error, path)
  }
}

type Entry = Pick<Dirent, 'name' | 'isFile' | 'isDirectory'>

async function follow(path: string, { name }: Dirent): Promise<Entry> {
  const target = await stat(join(path, name))
  return { name, isFile: () => target.isFile(), isDirectory: () => target.isDirectory() }
}

function readImage(path: string): Uint8Array {
  try {
    const { size } = statSync(path)
    if (size > 0 && size <= MAX_IMAGE_BYTES) return readFileSync(path)
    const what =
      size === 0 ? 'the image file is empty' : `the image file has ${size} bytes, more than an image should`
    throw new InputError(what, path, `remove or replace ${basename(path)}`)
  } catch (error) {
    throw asInputError(error, path)
  }
}
