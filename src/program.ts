import { readFileSync } from 'node:fs'

/** This program, as its package names it. */
export const PROGRAM: { readonly name: string; readonly version: string } = readPackage()

function readPackage() {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { name, version } = JSON.parse(text) as { name: string; version: string }
  return { name, version }
}
