import { readFile, stat } from 'node:fs/promises'
import { asInputError, InputError } from '../errors.js'
import { openListedImages } from './listed-images.js'
import type { PairList } from './pair-list.js'
import type { TestSet } from './test-set.js'

/** A list is held in memory; longer ones than this (bytes) are no list of pairs that could be verified. */
const MAX_LIST = 256 * 1024 * 1024

/** The beginning of a file, as bytes and as text. */
export interface FileHead {
  /** the first 4,096 */
  readonly bytes: Uint8Array
  /** its lines that are not blank; none where it is no UTF-8 text */
  readonly lines: readonly string[]
}

/** One form in which the field shares verification pairs: all that the program knows of it. */
export interface TestSetFormat {
  /** what results call it */
  readonly id: string
  /** what a user would name, for help and messages: `a pickle (.bin)` */
  readonly hint: string
  /** endings, without the dot, of the files that are looked at in a folder */
  readonly endings: readonly string[]
  /** whether a file is of this form, by its beginning */
  recognise(head: FileHead): boolean
  /** @param images the folder that a list's paths begin in, where one was named @throws InputError */
  open(
    file: string,
    options: { readonly name: string; readonly images?: string | undefined },
  ): Promise<TestSet>
  /** of a form that is a list of image files: what it says, before any image is looked at. @throws InputError */
  readonly list?: (file: string) => Promise<PairList>
}

/** A form that is a list of image files: what tells it, and how its text is parsed. */
export interface ListDeclaration extends Pick<TestSetFormat, 'id' | 'hint' | 'endings' | 'recognise'> {
  /** @param where what messages call the file @throws InputError that names the line */
  parse(text: string, where: string): PairList
}

/** A form of test set from a list's declaration. */
export function listFormat({ parse, ...declared }: ListDeclaration): TestSetFormat {
  return {
    ...declared,
    async open(file, { name, images }) {
      const list = parse(await readList(file), file)
      return openListedImages(list, { name, format: declared.id, listPath: file, folder: images })
    },
    list: async (file) => parse(await readList(file), file),
  }
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
