import { join } from 'node:path'
import { sha256 } from './hashing.js'

/** A path as the system takes it: bytes where a name in it is not UTF-8. */
export type FilePath = string | Buffer

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A name as text, or undefined where its bytes are not UTF-8. */
export function nameOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

/** A name for people: control characters, and bytes that are not UTF-8, as `\xe9`. */
export function shownName(bytes: Uint8Array): string {
  const text = nameOfBytes(bytes)
  return (text ?? Buffer.from(bytes).toString('latin1')).replace(
    text === undefined ? NOT_ASCII : CONTROL,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_ASCII = /[\x00-\x1f\x7f-\xff]/g

/** A name that no system reads as anything but a name of one file. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.,=+@ -]{0,79}$/

/** What a file is called after a text from anywhere: the text where it is plain, else what is plain of it and a hash. */
export function plainFileName(text: string): string {
  if (text.length <= 80 && PLAIN.test(text)) return text
  const plain = text.slice(0, 60).replace(/[^A-Za-z0-9]+/g, '-')
  return `${plain.replace(/^-/, '')}-${sha256(text).slice(0, 8)}`.replace(/^-/, '')
}

/** The path of a name in a folder; text wherever that is possible. */
export function pathIn(folder: FilePath, name: Uint8Array): FilePath {
  const text = nameOfBytes(name)
  if (typeof folder === 'string' && text !== undefined) return join(folder, text)
  return Buffer.concat([Buffer.from(folder), Buffer.from('/'), name])
}

/** A path for people. */
export function shownPath(path: FilePath): string {
  return typeof path === 'string' ? path : shownName(path)
}
