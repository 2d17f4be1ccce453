import { isNpy } from '../arrays/npy-header.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { InputError } from '../errors.js'
import { isPickle } from '../pickle/recognise-pickle.js'
import { DOPPELVER_COLUMNS } from './doppelver.js'
import { isLfwHeader, isLfwPair } from './lfw-pairs.js'
import { isSllfwPath } from './sllfw-pairs.js'
import type { TestSetFormat } from './test-set.js'
import { isXz } from './xz-size.js'

const HEAD_BYTES = 4096

/** The first lines of text, or none where the bytes are not UTF-8 text. */
function textLines(head: Uint8Array): string[] {
  if (head.includes(0)) return []
  const whole = head.length < HEAD_BYTES ? head : head.subarray(0, head.lastIndexOf(0x0a) + 1)
  try {
    return new TextDecoder('utf-8', { fatal: true })
      .decode(whole)
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
  } catch {
    return []
  }
}

/** Tells the form of a test set from the first bytes of its file; undefined where it is none of them. */
export function testSetFormatOf(head: Uint8Array): TestSetFormat | undefined {
  if (isXz(head)) return 'insightface-xz'
  if (isNpy(head)) return 'npy-pairs'
  if (isPickle(head)) return 'insightface-bin'
  const [first, second = ''] = textLines(head)
  if (first === undefined) return undefined
  if (isLfwPair(first) || (isLfwHeader(first) && isLfwPair(second))) return 'lfw-pairs'
  if (isSllfwPath(first)) return 'sllfw-pairs'
  if (DOPPELVER_COLUMNS.filter((column) => first.toUpperCase().includes(column)).length >= 3)
    return 'doppelver'
  return /[,;\t|]/.test(first) ? 'csv-pairs' : undefined
}

/** Tells the form of a file. @throws InputError where it cannot be read or is none, with what was looked for */
export async function recogniseTestSet(path: string): Promise<TestSetFormat> {
  const file = await RandomAccessFile.open(path)
  const head = await file.read(0, Math.min(HEAD_BYTES, file.size)).finally(() => file.close())
  const format = testSetFormatOf(head)
  if (format === undefined) {
    throw new InputError(
      head.length === 0 ? 'the file is empty' : 'no form of test set is recognised in it',
      path,
      "looked for a pickle (.bin), .xz, .npy, LFW's or SLLFW's pair list, DoppelVer's or another CSV of pairs",
    )
  }
  return format
}
