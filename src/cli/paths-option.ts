import { existsSync } from 'node:fs'
import { Option } from 'commander'
import type { Catalogue } from '../run/catalogue.js'
import { readPathsFile } from '../run/paths-file.js'
import { type AskedIds, unknownNames } from '../run/paths-names.js'
import type { Sources } from '../run/sources.js'
import { BESIDE } from './default-provider.js'
import { log } from './output.js'

export const pathsOption = (): Option =>
  new Option(
    '--paths <file>',
    'YAML that says where your models and data lie (default: ./paths.yaml, where there is one)',
  )

/** What a paths file supplies: the one that is named, or the one beside; none where there is none. @throws InputError */
export async function pathsOf(
  named: string | undefined,
): Promise<{ readonly file: string; readonly sources: Sources } | undefined> {
  const file = named ?? (existsSync(BESIDE) ? BESIDE : undefined)
  if (file === undefined) return undefined
  if (named === undefined) log(`paths: ./${BESIDE}`)
  return { file, sources: await readPathsFile(file) }
}

/** Refuses a name that is nearly one that a spec asks for; says which are asked for by nobody. @throws InputError */
export function checkNames(
  { file, sources }: { readonly file: string; readonly sources: Sources },
  asked: AskedIds,
  catalogue: Catalogue,
): void {
  const unknown = unknownNames(file, sources, asked, catalogue)
  if (unknown.length > 0) log(`${file}: not used by this spec nor in the catalogue: ${unknown.join(', ')}`)
}
