import { createHash } from 'node:crypto'
import { z } from 'zod'
import { exists, writeDurably } from '../bytes/files.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { InputError } from '../errors.js'
import { parseJson } from '../json.js'

const MAGIC = 'vec2face-bench training 1\n'
const LENGTH = 12
const PIECE = 2 ** 28

/** Arrays of numbers by name, and a few words beside them. */
export interface Checkpoint<Head> {
  readonly head: Head
  readonly arrays: ReadonlyMap<string, Float32Array>
}

const storedSchema = z.object({
  head: z.unknown(),
  arrays: z.array(z.object({ name: z.string(), length: z.int().nonnegative() })),
  /** of the head's JSON and of all numbers */
  sha256: z.string(),
})

/** Writes a checkpoint, there whole or not at all: one that can't be written leaves the one before. @throws InputError */
export async function writeTrainingCheckpoint<Head>(
  path: string,
  { head, arrays }: Checkpoint<Head>,
): Promise<void> {
  const pieces = [...arrays.values()].map(
    (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  )
  const stored: z.infer<typeof storedSchema> = {
    head,
    arrays: [...arrays].map(([name, { length }]) => ({ name, length })),
    sha256: hashOf(head, pieces),
  }
  const text = Buffer.from(JSON.stringify(stored))
  const length = String(text.length).padStart(LENGTH, '0')
  await writeDurably(path, [Buffer.from(`${MAGIC}${length}\n`), text, ...pieces])
}

/**
 * Reads a checkpoint into arrays that are there.
 * @param into where the numbers go, by name
 * @returns its head, or undefined where there is no checkpoint @throws InputError where it is damaged or of another network
 */
export async function readTrainingCheckpoint<Head>(
  path: string,
  into: ReadonlyMap<string, Float32Array>,
): Promise<Head | undefined> {
  if (!(await exists(path))) return undefined
  const damaged = () =>
    new InputError('the checkpoint is damaged', path, 'delete it: the run begins again from its start')
  const file = await RandomAccessFile.open(path)
  try {
    const opening = (await file.read(0, MAGIC.length + LENGTH + 1)).toString()
    if (!opening.startsWith(MAGIC)) throw damaged()
    const length = Number(opening.slice(MAGIC.length))
    let at = opening.length
    if (!Number.isSafeInteger(length) || length < 0 || at + length > file.size) throw damaged()
    const parsed = storedSchema.safeParse(parseJson((await file.read(at, length)).toString()))
    if (!parsed.success) throw damaged()
    const stored = parsed.data
    at += length
    const pieces: Uint8Array[] = []
    for (const { name, length: count } of stored.arrays) {
      const array = into.get(name)
      if (array?.length !== count) throw damaged()
      const bytes = await file.read(at, 4 * count)
      at += bytes.length
      pieces.push(bytes)
    }
    if (stored.arrays.length !== into.size || hashOf(stored.head, pieces) !== stored.sha256) throw damaged()
    for (const [i, { name }] of stored.arrays.entries())
      into.get(name)?.set(new Float32Array(pieces[i].buffer, pieces[i].byteOffset, pieces[i].length / 4))
    // The hash says that it is what was written.
    return stored.head as Head
  } finally {
    await file.close()
  }
}

function hashOf(head: unknown, pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(JSON.stringify(head) ?? '')
  // Node's hashes take less than 2 GiB at a time.
  for (const piece of pieces)
    for (let at = 0; at < piece.length; at += PIECE) hash.update(piece.subarray(at, at + PIECE))
  return hash.digest('hex')
}
