import { createHash, type Hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createFolder, writeDurably } from '../files.js'
import { sha256 } from '../hashing.js'

const HASH = 64
const PIECE = 1 << 28

/**
 * Float64 numbers that an interrupted computation leaves, with a hash of what they belong to and of themselves.
 * Nothing is copied.
 * @param pieces the numbers, one array after another
 */
export async function writeCheckpoint(
  path: string,
  key: string,
  pieces: readonly Float64Array[],
): Promise<void> {
  const bytes = pieces.map(bytesOf)
  const hash = createHash('sha256')
  for (const piece of bytes) update(hash, piece)
  await createFolder(dirname(path))
  await writeDurably(path, [Buffer.from(sha256(key) + hash.digest('hex')), ...bytes])
}

/** What was left, or undefined where there is nothing, it is damaged, or belongs to something else. */
export async function readCheckpoint(path: string, key: string): Promise<Float64Array | undefined> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    const head = Buffer.alloc(2 * HASH)
    await file.read(head, 0, head.length, 0)
    const state = new Float64Array(Math.max(0, Math.floor((size - head.length) / 8)))
    if (size !== head.length + state.byteLength || !head.toString().startsWith(sha256(key))) return undefined
    const bytes = bytesOf(state)
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(
        bytes,
        done,
        Math.min(PIECE, bytes.length - done),
        head.length + done,
      )
      if (bytesRead === 0) return undefined
      done += bytesRead
    }
    const hash = createHash('sha256')
    update(hash, bytes)
    return head.toString('utf8', HASH) === hash.digest('hex') ? state : undefined
  } catch {
    return undefined
  } finally {
    await file.close()
  }
}

function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}

/** Node's hashes take less than 2 GiB at a time. */
function update(hash: Hash, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += PIECE) hash.update(bytes.subarray(at, at + PIECE))
}
