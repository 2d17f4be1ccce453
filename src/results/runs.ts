import { sha256 } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { readResults } from './file.js'
import type { Results } from './schema.js'

/** Results with the file that they come from. */
export interface NamedResults {
  readonly path: string
  readonly results: Results
}

/** Reads the results of several runs. @throws InputError where one can't be read, or is there twice */
export async function readRuns(paths: readonly string[]): Promise<NamedResults[]> {
  const runs: NamedResults[] = []
  for (const path of paths) runs.push({ path, results: await readResults(path) })
  rejectDuplicates(runs)
  return runs
}

/** @throws InputError where two files hold the same run */
export function rejectDuplicates(named: readonly NamedResults[]): void {
  const seen = new Map<string, string>()
  for (const { path, results } of named) {
    const hash = sha256(JSON.stringify(results))
    const earlier = seen.get(hash)
    if (earlier !== undefined) throw new InputError(`the same run as ${earlier}`, path, 'name every run once')
    seen.set(hash, path)
  }
}
