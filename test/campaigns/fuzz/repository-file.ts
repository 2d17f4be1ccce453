import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** A file of the repository, by its path there. */
export function repositoryFile(path: string): Promise<Uint8Array> {
  return readFile(fileURLToPath(new URL(`../../../${path}`, import.meta.url)))
}
