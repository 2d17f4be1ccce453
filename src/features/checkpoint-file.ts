import { createHash, type Hash } from 'node:crypto'
import { dirname } from 'node:path'
import { createFolder, writeDurably } from '../bytes/files.js'
import { sha256 } from '../bytes/hashing.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'

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
  try {
    const file = await RandomAccessFile.open(path)
    try {
      const head = (await file.read(0, 2 * HASH)).toString()
      if (!head.startsWith(sha256(key))) return undefined
      const body = await file.read(2 * HASH, file.size - 2 * HASH)
      const hash = createHash('sha256')
      update(hash, body)
      return head.slice(HASH) === hash.digest('hex') ? new Float64Array(body.buffer) : undefined
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}

/** Node's hashes take less than 2 GiB at a time. */
function update(hash: Hash, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += PIECE) hash.update(bytes.subarray(at, at + PIECE))
}
