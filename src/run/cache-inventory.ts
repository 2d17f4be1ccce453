import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asInputError } from '../errors.js'

/** One thing in the cache: a folder of a dataset, the files of one entry of features. */
export interface CacheEntry {
  /** the folder of the cache that it is in: `features`, `datasets` .. */
  readonly kind: string
  readonly name: string
  readonly paths: readonly string[]
  readonly files: number
  readonly bytes: number
  /** when any of it was last written, in milliseconds */
  readonly written: number
}

/** What each folder of the cache holds, in words. A folder that is not here was not made by this program. */
export const CACHE_KINDS: Readonly<Record<string, string>> = {
  features: 'features of test sets and samples',
  'image-features': 'features of datasets, an image a row',
  'identity-features': 'features of datasets, an identity a row',
  statistics: 'means and covariances',
  measurements: 'what was measured',
  vectors: 'identity vectors',
  datasets: 'generated datasets',
  converted: 'networks in half precision',
  stages: 'what the cells of grids made',
  recognisers: 'recognisers that grids trained',
  grids: 'grids at work',
  demo: 'rendered test sets and images',
}

/** What the cache holds, a line an entry. Links are not followed. Nothing where there is no cache. @throws InputError */
export async function cacheInventory(folder: string): Promise<CacheEntry[]> {
  const entries: CacheEntry[] = []
  for (const { name: kind } of await listed(folder)) {
    if (!Object.hasOwn(CACHE_KINDS, kind)) continue
    const parts = new Map<string, { paths: string[]; files: number; bytes: number; written: number }>()
    for (const { name } of await listed(join(folder, kind))) {
      // An entry's files share their name up to the first dot.
      const key = name.split('.')[0] || name
      const part = parts.get(key) ?? { paths: [], files: 0, bytes: 0, written: 0 }
      const path = join(folder, kind, name)
      part.paths.push(path)
      for await (const { size, written } of filesIn(path)) {
        part.files++
        part.bytes += size
        part.written = Math.max(part.written, written)
      }
      parts.set(key, part)
    }
    entries.push(...[...parts].map(([name, part]) => ({ kind, name, ...part })))
  }
  return entries
}

/** Removes entries that were last written before a moment. @returns those removed @throws InputError */
export async function cleanCache(
  entries: readonly CacheEntry[],
  before: number,
): Promise<readonly CacheEntry[]> {
  const old = entries.filter(({ written }) => written < before)
  for (const { paths } of old) {
    for (const path of paths)
      await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
        throw asInputError(error, path)
      })
  }
  return old
}

async function listed(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw asInputError(error, folder)
  }
}

async function* filesIn(path: string): AsyncGenerator<{ size: number; written: number }> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  if (!found.isDirectory()) {
    yield { size: found.size, written: found.mtimeMs }
    return
  }
  for (const { name } of await listed(path)) yield* filesIn(join(path, name))
}
