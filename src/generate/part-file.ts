import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DatasetRecord } from '../datasets/dataset.js'
import { asInputError, InputError } from '../errors.js'
import { syncFolder } from './durable-files.js'

/**
 * One part of a run on disk: the encoded images of some identities, in order, sealed.
 *
 *     'V2FPART1', plan (32 bytes), part (uint32)
 *     for each image: identity, image, length (uint32 each), bytes
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
const FLUSH = 1 << 20
const MAX_IMAGE = 1 << 28

export class PartWriter {
  readonly #hash = createHash('sha256')
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #images = 0
  private constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly file: FileHandle,
  ) {}

  /** Begins part number `part` of the run that `plan` names. @throws InputError */
  static async create(path: string, plan: string, part: number): Promise<PartWriter> {
    // Two processes that make the same part write the same bytes, but must not write into one file.
    const temporary = `${path}.${randomUUID()}.tmp`
    try {
      const writer = new PartWriter(path, temporary, await open(temporary, 'wx'))
      writer.#put(encodeHead(plan, part))
      return writer
    } catch (error) {
      throw asInputError(error, path)
    }
  }

  /** Adds one image. */
  async write({ identity, image, bytes }: DatasetRecord): Promise<void> {
    const head = Buffer.alloc(RECORD)
    head.writeUInt32LE(identity, 0)
    head.writeUInt32LE(image, 4)
    head.writeUInt32LE(bytes.length, 8)
    this.#put(head)
    this.#put(bytes)
    this.#images++
    if (this.#waitingBytes >= FLUSH) await this.#flush()
  }

  /** Seals the part and gives it its name. */
  async close(): Promise<void> {
    const end = Buffer.alloc(8)
    end.writeUInt32LE(END, 0)
    end.writeUInt32LE(this.#images, 4)
    this.#put(end)
    const seal = this.#hash.digest()
    this.#waiting.push(seal)
    try {
      await this.#flush()
      await this.file.sync()
      await this.file.close()
      await rename(this.temporary, this.path)
      await syncFolder(dirname(this.path))
    } catch (error) {
      throw asInputError(error, this.path)
    }
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.file.close().catch(() => {})
    await rm(this.temporary, { force: true })
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    try {
      for (let done = 0; done < bytes.length; ) done += (await this.file.write(bytes, done)).bytesWritten
    } catch (error) {
      throw asInputError(error, this.path)
    }
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
    for (let images = 0; ; images++) {
      const mark = await bytes.take(4)
      hash.update(mark)
      if (mark.readUInt32LE(0) === END) {
        const counted = await bytes.take(4)
        hash.update(counted)
        const sha256 = hash.digest('hex')
        const seal = await bytes.take(SEAL - 8)
        if (seal.toString('hex') !== sha256 || counted.readUInt32LE(0) !== images) throw damaged(path)
        return { images, bytes: bytes.position, sha256 }
      }
      const rest = await bytes.take(RECORD - 4)
      const length = rest.readUInt32LE(4)
      if (length > MAX_IMAGE) throw damaged(path)
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
    this.#stream = createReadStream(path, { highWaterMark: FLUSH })
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
