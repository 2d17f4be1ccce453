import { wrappedFile } from '../arrays/foreign-files.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { InputError } from '../errors.js'
import { testSetHints } from './formats.js'
import type { FileHead, TestSetFormat } from './test-set-format.js'

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

/** Tells the form of a file by its beginning. @throws InputError where it cannot be read or is none, with what was looked for */
export async function recogniseTestSet(
  path: string,
  formats: readonly TestSetFormat[],
): Promise<TestSetFormat> {
  const file = await RandomAccessFile.open(path)
  const bytes = await file.read(0, Math.min(HEAD_BYTES, file.size)).finally(() => file.close())
  const head: FileHead = { bytes, lines: textLines(bytes) }
  const format = formats.find(({ recognise }) => recognise(head))
  if (format !== undefined) return format
  const wrapped = wrappedFile(Buffer.from(bytes), path)
  if (wrapped !== undefined) throw new InputError(wrapped.what, path, wrapped.remedy)
  throw new InputError(
    bytes.length === 0 ? 'the file is empty' : 'no form of test set is recognised in it',
    path,
    `looked for ${testSetHints(formats)}`,
  )
}
