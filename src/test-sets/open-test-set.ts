import { readFile, stat } from 'node:fs/promises'
import { basename, join, parse, resolve } from 'node:path'
import { listFolder } from '../bytes/folder-listing.js'
import { asInputError, InputError } from '../errors.js'
import { parseCsvPairs } from './csv-pairs.js'
import { parseDoppelVer } from './doppelver.js'
import { openInsightfaceBin, openInsightfaceXz } from './insightface-bin.js'
import { parseLfwPairs } from './lfw-pairs.js'
import { openListedImages } from './listed-images.js'
import { openNpyPairs } from './npy-pairs.js'
import type { PairList } from './pair-list.js'
import { parseSllfwPairs } from './sllfw-pairs.js'
import type { TestSet, TestSetFormat } from './test-set.js'
import { recogniseTestSet } from './test-set-format.js'

export interface OpenTestSetOptions {
  /** what tables call the set; by default the file's name without its extension, for `pairs.txt` its folder's */
  readonly name?: string | undefined
  /** the folder that a list's paths begin in; by default the list's own, or `images` beside the list */
  readonly images?: string | undefined
  /** the form, where it is not to be told from the content */
  readonly format?: TestSetFormat | undefined
}

type ListFormat = Extract<TestSetFormat, 'lfw-pairs' | 'sllfw-pairs' | 'doppelver' | 'csv-pairs'>

const LIST_PARSERS: Record<ListFormat, (text: string, where: string) => PairList> = {
  'lfw-pairs': parseLfwPairs,
  'sllfw-pairs': parseSllfwPairs,
  doppelver: parseDoppelVer,
  'csv-pairs': parseCsvPairs,
}
const LIST_FILE = /\.(bin|xz|npy|txt|csv|tsv)$/i
/** A list is held in memory; longer ones than this (bytes) are no list of pairs that could be verified. */
const MAX_LIST = 256 * 1024 * 1024

function defaultName(path: string): string {
  const { name, dir } = parse(resolve(path))
  return name.toLowerCase() === 'pairs' ? basename(dir) : name
}

/** The one file in a folder that holds pairs: `NAME.npy`, a `.bin`, a list. @throws InputError otherwise */
async function fileInFolder(folder: string): Promise<string> {
  const { entries } = await listFolder(folder)
  const files = entries
    .map(({ name }) => name)
    .filter((name) => LIST_FILE.test(name) && name !== 'issame.txt')
    .sort()
  const recognised: string[] = []
  for (const name of files) {
    const format = await recogniseTestSet(join(folder, name)).catch(() => undefined)
    if (format !== undefined) recognised.push(name)
  }
  if (recognised.length === 1) return join(folder, recognised[0])
  throw new InputError(
    recognised.length === 0
      ? 'the folder holds no test set'
      : `the folder holds ${recognised.length} test sets (${recognised.slice(0, 5).join(', ')})`,
    folder,
    recognised.length === 0
      ? "looked for NAME.npy with issame.txt, a .bin, an .xz, LFW's or SLLFW's pair list, a CSV of pairs"
      : 'name one of them',
  )
}

async function readList(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_LIST) throw new InputError(`the list takes ${size} bytes`, path, 'split it')
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '')
  } catch (error) {
    throw asInputError(error, path)
  }
}

/**
 * Opens a test set: a file, or a folder that holds one. The form is told from the content. Every image is
 * read once for the fingerprint; afterwards images are read on demand.
 *
 * @example
 * const set = await openTestSet('lfw.bin')
 * const image = await set.read(set.pairs.first[0])
 * await set.close()
 *
 * @throws InputError that says what is wrong, where and what to do
 */
export async function openTestSet(path: string, options: OpenTestSetOptions = {}): Promise<TestSet> {
  let file = path
  try {
    if ((await stat(path)).isDirectory()) file = await fileInFolder(path)
  } catch (error) {
    throw asInputError(error, path)
  }
  const format = options.format ?? (await recogniseTestSet(file))
  const name = options.name ?? defaultName(file)
  switch (format) {
    case 'insightface-bin':
      return openInsightfaceBin(file, name)
    case 'insightface-xz':
      return openInsightfaceXz(file, name)
    case 'npy-pairs':
      return openNpyPairs(file, name)
    default: {
      const list = LIST_PARSERS[format](await readList(file), file)
      const anyExtension = format === 'lfw-pairs' || format === 'sllfw-pairs'
      return openListedImages(list, { name, format, listPath: file, folder: options.images, anyExtension })
    }
  }
}
