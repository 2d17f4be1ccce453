import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createFolder, writeDurably } from '../files.js'
import { sha256 } from '../hashing.js'

const HASH = 64

/** Float64 numbers that an interrupted computation leaves, with a hash of what they belong to and of themselves. */
export async function writeCheckpoint(path: string, key: string, state: Float64Array): Promise<void> {
  const bytes = new Uint8Array(state.buffer, state.byteOffset, state.byteLength)
  await createFolder(dirname(path))
  await writeDurably(path, Buffer.concat([Buffer.from(sha256(key) + sha256(bytes)), bytes]))
}

/** What was left, or undefined where there is nothing, it is damaged, or belongs to something else. */
export async function readCheckpoint(path: string, key: string): Promise<Float64Array | undefined> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  const head = bytes.subarray(0, 2 * HASH).toString()
  const body = Uint8Array.prototype.slice.call(bytes, 2 * HASH)
  if (head !== sha256(key) + sha256(body)) return undefined
  return new Float64Array(body.buffer)
}
