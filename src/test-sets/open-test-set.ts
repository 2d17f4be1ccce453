import { stat } from 'node:fs/promises'
import { basename, extname, join, parse, resolve } from 'node:path'
import { listFolder } from '../bytes/folder-listing.js'
import { asInputError, InputError } from '../errors.js'
import { PassedOverFiles } from '../images/passed-over.js'
import { TEST_SET_FORMATS, testSetHints } from './formats.js'
import { recogniseTestSet } from './recognise-test-set.js'
import type { TestSet } from './test-set.js'
import type { TestSetFormat } from './test-set-format.js'

export interface OpenTestSetOptions {
  /** what tables call the set; by default the file's name without its extension, for `pairs.txt` its folder's */
  readonly name?: string | undefined
  /** the folder that a list's paths begin in; by default the list's own, or `images` beside the list */
  readonly images?: string | undefined
  /** the forms that are known, in the order of asking; by default all */
  readonly formats?: readonly TestSetFormat[] | undefined
  /** told what else a folder holds that could have been the set */
  readonly note?: ((line: string) => void) | undefined
}

/** The labels beside a `.npy` of images, which are no list. */
const LABELS = 'issame.txt'

function defaultName(path: string): string {
  const { name, dir } = parse(resolve(path))
  return name.toLowerCase() === 'pairs' ? basename(dir) : name
}

/** The one file in a folder that holds pairs: `NAME.npy`, a `.bin`, a list. @throws InputError otherwise */
async function fileInFolder(
  folder: string,
  formats: readonly TestSetFormat[],
  note: (line: string) => void,
): Promise<string> {
  const endings = new Set(formats.flatMap((format) => format.endings))
  const couldBe = ({ name }: { name: string }) => endings.has(extname(name).slice(1).toLowerCase())
  const { entries, litter } = await listFolder(folder)
  const passedOver = new PassedOverFiles()
  for (const entry of litter.filter(couldBe)) passedOver.add(entry)
  const said = passedOver.describe()
  if (said !== undefined) note(`${folder}: ${said}`)
  const files = entries
    .filter(couldBe)
    .map(({ name }) => name)
    .filter((name) => name !== LABELS)
  const recognised: string[] = []
  for (const name of files) {
    const format = await recogniseTestSet(join(folder, name), formats).catch(() => undefined)
    if (format !== undefined) recognised.push(name)
  }
  if (recognised.length === 1) return join(folder, recognised[0])
  throw new InputError(
    recognised.length === 0
      ? 'the folder holds no test set'
      : `the folder holds ${recognised.length} test sets (${recognised.slice(0, 5).join(', ')})`,
    folder,
    recognised.length === 0 ? `looked for ${testSetHints(formats)}` : 'name one of them',
  )
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
  const { images, formats = TEST_SET_FORMATS, note = () => {} } = options
  let file = path
  try {
    if ((await stat(path)).isDirectory()) file = await fileInFolder(path, formats, note)
  } catch (error) {
    throw asInputError(error, path)
  }
  const format = await recogniseTestSet(file, formats)
  return format.open(file, { name: options.name ?? defaultName(file), images })
}
