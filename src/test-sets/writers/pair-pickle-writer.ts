import type { FileHandle } from 'node:fs/promises'

/** The pickle operations that are written, by their names in Python's pickletools. */
const PROTO_3 = Buffer.from([0x80, 3])
const EMPTY_LIST = ']'
const MARK = '('
const BINBYTES = 0x42
const APPENDS = 'e'
const NEWTRUE = '\x88'
const NEWFALSE = '\x89'
const TUPLE2 = '\x86'
const STOP = '.'

/**
 * Writes insightface's `.bin`: a pickle (protocol 3) of a tuple of the encoded images as bytes and the labels
 * as booleans, one label for every two images. Images are written as they come; only the labels are kept.
 */
export class InsightfacePickleWriter {
  readonly #same: boolean[] = []

  private constructor(private readonly file: FileHandle) {}

  static async begin(file: FileHandle): Promise<InsightfacePickleWriter> {
    await file.writeFile(Buffer.concat([PROTO_3, Buffer.from(EMPTY_LIST + MARK, 'latin1')]))
    return new InsightfacePickleWriter(file)
  }

  /** Adds a pair of encoded images. */
  async add(first: Uint8Array, second: Uint8Array, same: boolean): Promise<void> {
    for (const image of [first, second]) {
      const head = Buffer.alloc(5)
      head[0] = BINBYTES
      head.writeUInt32LE(image.length, 1)
      await this.file.writeFile(Buffer.concat([head, image]))
    }
    this.#same.push(same)
  }

  /** Finishes the pickle; the file stays open. */
  async end(): Promise<void> {
    const labels = this.#same.map((same) => (same ? NEWTRUE : NEWFALSE)).join('')
    const tail = APPENDS + EMPTY_LIST + MARK + labels + APPENDS + TUPLE2 + STOP
    await this.file.writeFile(Buffer.from(tail, 'latin1'))
  }
}
