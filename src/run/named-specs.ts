import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InputError } from '../errors.js'
import { nearestName } from '../nearest.js'
import { packageFile } from '../program.js'

/** YAML beside the specs that is none. */
const OTHERS = ['catalogue.yaml', 'paths.example.yaml']

/** The specs that come with the program, by their names: `table1` -> its file. */
export function namedSpecs(): ReadonlyMap<string, string> {
  const folder = fileURLToPath(packageFile('benchmarks'))
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && !OTHERS.includes(name))
    .sort()
  return new Map(files.map((name) => [basename(name, '.yaml'), join(folder, name)]))
}

/** The file of a spec: a path, or the name of one that comes with the program. @throws InputError */
export function specPath(asked: string): string {
  if (existsSync(asked)) return asked
  const known = namedSpecs()
  const found = known.get(asked) ?? known.get(asked.replace(/^benchmarks\//, '').replace(/\.ya?ml$/, ''))
  if (found !== undefined) return found
  const meant = nearestName(basename(asked).replace(/\.ya?ml$/, ''), known.keys())
  throw new InputError(
    'no such spec',
    asked,
    meant === undefined
      ? `name a file, or one of ${[...known.keys()].join(', ')}`
      : `did you mean ${meant}? 'vec2face-bench specs list' has all`,
  )
}
