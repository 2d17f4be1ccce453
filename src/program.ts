import { existsSync, readFileSync } from 'node:fs'

/** The package is one folder above the sources and the build, two above the build of the benchmarks. */
const ROOT = ['../', '../../']
  .map((path) => new URL(path, import.meta.url))
  .find((folder) => existsSync(new URL('package.json', folder)))

/** A file that comes with the program, by its path from the package's root. */
export function packageFile(path: string): URL {
  if (ROOT === undefined) throw new Error('package.json is missing: install vec2face-bench again')
  return new URL(path, ROOT)
}

/** This program, as its package names it. */
export const PROGRAM: { readonly name: string; readonly version: string } = readPackage()

function readPackage() {
  const text = readFileSync(packageFile('package.json'), 'utf8')
  const { name, version } = JSON.parse(text) as { name: string; version: string }
  return { name, version }
}
