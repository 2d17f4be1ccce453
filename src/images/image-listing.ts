import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import type { FilePath } from '../bytes/file-name.js'
import { type FolderEntry, listFolder, type PassedOver } from '../bytes/folder-listing.js'
import { HEAD_BYTES, IMAGE_ENDINGS, imageForm } from './image-type.js'

/** What a folder holds, in natural order. */
export interface ImageListing {
  readonly images: readonly FolderEntry[]
  readonly folders: readonly FolderEntry[]
  /** links without the name of an image that lead nowhere */
  readonly brokenLinks: readonly FolderEntry[]
  readonly passedOver: readonly PassedOver[]
}

/**
 * Lists the images of a folder, by one rule for all: a file is an image where its ending says so, in any case, or where
 * it has another ending or none and its content is an image's. Hidden files and what systems leave are no images.
 * A file that is called an image and isn't one is listed: reading it says what is wrong.
 * @throws InputError where the folder can't be read
 */
export async function listImages(folder: FilePath): Promise<ImageListing> {
  const { entries, litter } = await listFolder(folder)
  const passedOver = [...litter]
  const images: FolderEntry[] = []
  const brokenLinks: FolderEntry[] = []
  for (const entry of entries) {
    if (entry.kind === 'folder') continue
    if (entry.kind === 'other') passedOver.push({ name: entry.name, reason: 'no file' })
    else if (hasImageEnding(entry.name)) images.push(entry)
    else if (entry.kind === 'broken') brokenLinks.push(entry)
    else if (await isImage(entry.path)) images.push(entry)
    else passedOver.push({ name: entry.name, reason: 'no image' })
  }
  return { images, folders: entries.filter(({ kind }) => kind === 'folder'), brokenLinks, passedOver }
}

/** Whether a file's name ends as an image's does, in any case. */
export function hasImageEnding(name: string): boolean {
  return IMAGE_ENDINGS.has(extname(name).slice(1).toLowerCase())
}

/** Whether a file's first bytes are an image's. A file that can't be opened is none. */
async function isImage(path: FilePath): Promise<boolean> {
  try {
    const file = await open(path, 'r')
    try {
      const head = Buffer.alloc(HEAD_BYTES)
      const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0)
      return imageForm(head.subarray(0, bytesRead)) !== undefined
    } finally {
      await file.close()
    }
  } catch {
    return false
  }
}
