import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppendFile } from '../bytes/append-file.js'
import { syncFolder } from '../bytes/files.js'
import { temporaryName } from '../bytes/temporary.js'
import { type DatasetRecord, MAX_IMAGE_BYTES } from '../datasets/dataset.js'
import { asInputError, InputError } from '../errors.js'

/**
 * One part of a run on disk: the encoded images of some identities, in order, sealed.
 *
 *     'V2FPART1', plan (32 bytes), part (uint32)
 *     for each image: identity, image, length (uint32 each), bytes
 *     0xfffffffe, length (uint32), text: what is noted of the part, where anything is
 *     0xffffffff, number of images (uint32), SHA-256 of all before it (32 bytes)
 *
 * Integers are little-endian. A part appears under its name only when it is whole and on the disk, so that its
 * being there says that it is done; whose part it is and that nothing altered it, it says itself.
 */
const MAGIC = 'V2FPART1'
const HEAD = 44
const RECORD = 12
const SEAL = 40
const END = 0xffffffff
const NOTE = 0xfffffffe
const CHUNK = 1 << 20
const MAX_NOTE_BYTES = 1 << 20

export class PartWriter {
  readonly #hash = createHash('sha256')
  #images = 0
  private constructor(
    private readonly path: string,
    private readonly file: AppendFile,
  ) {}

  /** Begins part number `part` of the run that `plan` names. @throws InputError */
  static async create(path: string, plan: string, part: number): Promise<PartWriter> {
    // Two processes that make the same part write the same bytes, but must not write into one file.
    const writer = new PartWriter(path, await AppendFile.create(temporaryName(path)))
    await writer.#append(encodeHead(plan, part))
    return writer
  }

  /** Adds one image. @throws InputError when the disk is full */
  async write({ identity, image, bytes }: DatasetRecord): Promise<void> {
    const head = Buffer.alloc(RECORD)
    head.writeUInt32LE(identity, 0)
    head.writeUInt32LE(image, 4)
    head.writeUInt32LE(bytes.length, 8)
    await this.#append(head)
    await this.#append(bytes)
    this.#images++
  }

  /**
   * Seals the part and gives it its name.
   * @param note kept under the seal, for who reads the part
   * @throws InputError when the disk is full
   */
  async close(note?: string): Promise<void> {
    if (note !== undefined) await this.#note(Buffer.from(note))
    const end = Buffer.alloc(8)
    end.writeUInt32LE(END, 0)
    end.writeUInt32LE(this.#images, 4)
    await this.#append(end)
    await this.file.append(this.#hash.digest())
    await this.file.close()
    try {
      await rename(this.file.path, this.path)
      await syncFolder(dirname(this.path))
    } catch (error) {
      throw asInputError(error, this.path)
    }
  }

  async #note(text: Buffer): Promise<void> {
    const head = Buffer.alloc(8)
    head.writeUInt32LE(NOTE, 0)
    head.writeUInt32LE(text.length, 4)
    await this.#append(head)
    await this.#append(text)
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.file.close().catch(() => {})
    await rm(this.file.path, { force: true })
  }

  async #append(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes)
    await this.file.append(bytes)
  }
}

function encodeHead(plan: string, part: number): Buffer {
  const head = Buffer.alloc(HEAD)
  head.write(MAGIC, 'latin1')
  head.write(plan, 8, 'hex')
  head.writeUInt32LE(part, 40)
  return head
}

/** Reads which plan and which part a file belongs to. @throws InputError where it is no part */
export async function readPartHead(path: string): Promise<{ plan: string; part: number }> {
  try {
    const file = await open(path, 'r')
    try {
      const head = Buffer.alloc(HEAD)
      const { bytesRead } = await file.read(head, 0, HEAD, 0)
      if (bytesRead < HEAD || head.toString('latin1', 0, 8) !== MAGIC) throw damaged(path)
      return { plan: head.toString('hex', 8, 40), part: head.readUInt32LE(40) }
    } finally {
      await file.close()
    }
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** What a part held, once it is read to its end. */
export interface PartSummary {
  readonly images: number
  readonly bytes: number
  readonly sha256: string
  readonly note?: string
}

function damaged(path: string): InputError {
  return new InputError('this part is damaged', path, 'delete it and run the same command again')
}

/**
 * The images of a part in order; memory is that of some images. The seal is checked at the end: what came out
 * holds only when the iterator has ended without an error. The return value says what was read.
 * @throws InputError where the file was altered or cut
 */
export async function* readPart(path: string): AsyncGenerator<DatasetRecord, PartSummary> {
  const hash = createHash('sha256')
  const bytes = new ByteReader(path)
  try {
    hash.update(await bytes.take(HEAD))
    let note: string | undefined
    for (let images = 0; ; images++) {
      let mark = await bytes.take(4)
      hash.update(mark)
      if (mark.readUInt32LE(0) === NOTE) {
        const length = await bytes.take(4)
        hash.update(length)
        if (length.readUInt32LE(0) > MAX_NOTE_BYTES) throw damaged(path)
        const text = await bytes.take(length.readUInt32LE(0))
        hash.update(text)
        note = text.toString()
        mark = await bytes.take(4)
        hash.update(mark)
      }
      if (mark.readUInt32LE(0) === END) {
        const counted = await bytes.take(4)
        hash.update(counted)
        const sha256 = hash.digest('hex')
        const seal = await bytes.take(SEAL - 8)
        if (seal.toString('hex') !== sha256 || counted.readUInt32LE(0) !== images) throw damaged(path)
        return { images, bytes: bytes.position, sha256, ...(note !== undefined && { note }) }
      }
      const rest = await bytes.take(RECORD - 4)
      const length = rest.readUInt32LE(4)
      if (length > MAX_IMAGE_BYTES) throw damaged(path)
      const image = await bytes.take(length)
      hash.update(rest)
      hash.update(image)
      yield { identity: mark.readUInt32LE(0), image: rest.readUInt32LE(0), bytes: image }
    }
  } finally {
    await bytes.close()
  }
}

/** Takes pieces of known length from a file. */
class ByteReader {
  readonly #stream: ReturnType<typeof createReadStream>
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)
  position = 0

  constructor(private readonly path: string) {
    this.#stream = createReadStream(path, { highWaterMark: CHUNK })
    this.#chunks = this.#stream[Symbol.asyncIterator]()
  }

  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      const next = await this.#chunks.next().catch((error: unknown) => {
        throw asInputError(error, this.path)
      })
      if (next.done) throw damaged(this.path)
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
    }
    const piece = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    this.position += length
    return piece
  }

  async close(): Promise<void> {
    this.#stream.destroy()
  }
}
