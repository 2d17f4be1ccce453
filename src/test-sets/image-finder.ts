import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FilePath } from '../bytes/file-name.js'
import { type FolderEntry, listFolder } from '../bytes/folder-listing.js'
import { asInputError, InputError } from '../errors.js'
import { hasImageEnding } from '../images/image-listing.js'

/** An image of a list, where it lies. */
export interface FoundImage {
  /** below the folder, for messages */
  readonly name: string
  readonly path: FilePath
}

/**
 * Finds the images that a list names below a folder. A name that is there is taken as it is; else one that is composed
 * differently (NFC for NFD, bytes of ISO-8859-1 for UTF-8), or whose ending is written in other letters or is another
 * image's, as aligned copies have. Folders are listed once, when a name in them is not found as it is.
 */
export class ImageFinder {
  readonly #listings = new Map<string, Promise<readonly FolderEntry[]>>()

  constructor(readonly folder: string) {}

  /** @returns undefined where it isn't there @throws InputError where two files could be meant */
  async find(image: string): Promise<FoundImage | undefined> {
    const asItIs = join(this.folder, image)
    if (await isFile(asItIs)) return { name: image, path: asItIs }
    const parts = image.split('/')
    const names: string[] = []
    let folder: FilePath = this.folder
    for (const part of parts.slice(0, -1)) {
      const inside = await this.#list(folder)
      const found = only(image, inside, (entry) => entry.kind === 'folder' && sameName(textOf(entry), part))
      if (found === undefined) return undefined
      folder = found.path
      names.push(found.name)
    }
    const last = parts[parts.length - 1]
    const files = (await this.#list(folder)).filter(({ kind }) => kind === 'file')
    const found =
      only(image, files, (entry) => sameName(textOf(entry), last)) ??
      only(image, files, (entry) => sameImage(textOf(entry), last))
    return found && { name: [...names, found.name].join('/'), path: found.path }
  }

  #list(folder: FilePath): Promise<readonly FolderEntry[]> {
    const key = Buffer.from(folder).toString('latin1')
    const known = this.#listings.get(key)
    if (known !== undefined) return known
    const listing = listFolder(folder).then(({ entries }) => entries)
    this.#listings.set(key, listing)
    return listing
  }
}

/** A name as text; bytes that are not UTF-8 as ISO-8859-1, the encoding that most such names are in. */
function textOf({ name, path }: FolderEntry): string {
  return typeof path === 'string' ? name : path.subarray(path.lastIndexOf('/') + 1).toString('latin1')
}

/** `a.png` for `a.jpg`, and `a.jpg.png`, as the crop is called where there is also an `a.tif`. */
function sameImage(name: string, wanted: string): boolean {
  const [ending, other] = [extname(name), extname(wanted)]
  if (hasImageEnding(name) && sameName(name.slice(0, name.length - ending.length), wanted)) return true
  if (!sameName(name.slice(0, name.length - ending.length), wanted.slice(0, wanted.length - other.length)))
    return false
  return ending.toLowerCase() === other.toLowerCase() || hasImageEnding(name)
}

function sameName(a: string, b: string): boolean {
  return a.normalize() === b.normalize()
}

function only(
  image: string,
  entries: readonly FolderEntry[],
  wanted: (entry: FolderEntry) => boolean,
): FolderEntry | undefined {
  const [found, other] = entries.filter(wanted)
  if (other === undefined) return found
  throw new InputError(
    `'${image}' of the list could be ${found.name} or ${other.name}`,
    image,
    'remove or rename the one that is not meant',
  )
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
