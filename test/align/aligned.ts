import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type AlignOptions, alignPhotographs } from '../../src/align/align-photographs.js'
import { TABLE_COLUMNS } from '../../src/align/aligned-photograph.js'
import { openPhotographs } from '../../src/align/open-photographs.js'

export const SETTINGS = { size: 112, choose: 'insightface', detection: {} } as const
/** The rows of a table as objects. */
export function tableOf(out: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(join(out, 'alignment.csv'), 'utf8').trim().split('\n')
  expect(head.split(',')).toEqual(TABLE_COLUMNS)
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [TABLE_COLUMNS[i], cell])))
}

/** Every file of a folder by its name. */
export function contents(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter((name) => statSync(join(path, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(path, name), 'base64')]))
}

export async function align(from: string, options: Partial<AlignOptions> & { readonly out: string }) {
  mkdirSync(options.out, { recursive: true })
  const photographs = await openPhotographs(from, { out: options.out })
  return alignPhotographs(photographs, { settings: SETTINGS, noFace: 'fail', threads: 2, ...options })
}
