import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { sep } from 'node:path'
import { asInputError } from '../errors.js'
import { type FilePath, pathIn, shownName, shownPath } from './file-name.js'
import { naturalOrder } from './natural-order.js'

/** Something in a folder, links followed. */
export interface FolderEntry {
  /** for people and for order; bytes that are not UTF-8 as `\xe9` */
  readonly name: string
  readonly path: FilePath
  /** `broken`: a link that leads nowhere; `other`: a pipe, a device, a link back to a folder it lies in */
  readonly kind: 'file' | 'folder' | 'broken' | 'other'
}

/** Something in a folder that is not looked at. */
export interface PassedOver {
  readonly name: string
  /** why, in a few words */
  readonly reason: string
}

/** What macOS, Windows and others leave in folders. */
const LITTER =
  /^(\.ds_store|__macosx|thumbs\.db|ehthumbs\.db|desktop\.ini|icon\\x0d|@eadir|\$recycle\.bin|system volume information|lost\+found)$/i

/** Why a name is passed over wherever files are looked for; undefined where it is not. */
export function litterReason(name: string): string | undefined {
  if (LITTER.test(name)) return "the system's"
  if (name.startsWith('._')) return 'macOS sidecar'
  return name.startsWith('.') ? 'hidden' : undefined
}

/**
 * Lists a folder in natural order, apart from what systems leave in it and hidden files. Links are followed. Names are
 * taken as the bytes they are.
 * @throws InputError where it can't be read
 */
export async function listFolder(
  folder: FilePath,
): Promise<{ entries: readonly FolderEntry[]; litter: readonly PassedOver[] }> {
  const entries: FolderEntry[] = []
  const litter: PassedOver[] = []
  try {
    for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) {
      const bytes = entry.name
      const name = shownName(bytes)
      const reason = litterReason(name)
      if (reason !== undefined) litter.push({ name, reason })
      else {
        const path = pathIn(folder, bytes)
        entries.push({
          name,
          path,
          kind: entry.isSymbolicLink() ? await follow(folder, path) : kindOf(entry),
        })
      }
    }
  } catch (error) {
    throw asInputError(error, shownPath(folder))
  }
  const inOrder = (a: { name: string }, b: { name: string }) => naturalOrder(a.name, b.name)
  return { entries: entries.sort(inOrder), litter: litter.sort(inOrder) }
}

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory'>): FolderEntry['kind'] {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other'
}

async function follow(folder: FilePath, path: FilePath): Promise<FolderEntry['kind']> {
  try {
    const kind = kindOf(await stat(path))
    return kind === 'folder' && (await leadsBack(folder, path)) ? 'other' : kind
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return 'broken'
    throw error
  }
}

/** Whether a link leads to the folder that it lies in, or to one above. */
async function leadsBack(folder: FilePath, link: FilePath): Promise<boolean> {
  const [here, target] = await Promise.all([realpath(folder), realpath(link)])
  return `${here}${sep}`.startsWith(target.endsWith(sep) ? target : `${target}${sep}`)
}
