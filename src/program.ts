import { existsSync, readFileSync } from 'node:fs'

/** This program, as its package names it. */
export const PROGRAM: { readonly name: string; readonly version: string } = readPackage()

/** The package is one folder above the sources and the build, two above the build of the benchmarks. */
function readPackage() {
  const file = ['../package.json', '../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((path) => existsSync(path))
  if (file === undefined) throw new Error('package.json is missing: install vec2face-bench again')
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string }
  return { name, version }
}
