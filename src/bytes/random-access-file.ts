import { type FileHandle, open } from 'node:fs/promises'
import { asInputError, InputError } from '../errors.js'

const READ_AHEAD = 2 ** 18
/** Systems read less than 2 GiB at a time. */
const MOST_AT_A_TIME = 2 ** 30

/** A file that is read at any position and never past its end. */
export class RandomAccessFile {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    /** bytes in the file when it was opened */
    readonly size: number,
  ) {}

  /** @throws InputError */
  static async open(path: string): Promise<RandomAccessFile> {
    try {
      const file = await open(path, 'r')
      return new RandomAccessFile(path, file, (await file.stat()).size)
    } catch (error) {
      throw asInputError(error, path)
    }
  }

  /** A fresh buffer of exactly these bytes. @throws InputError where the file ends before them */
  async read(position: number, length: number): Promise<Buffer> {
    if (position + length > this.size) throw this.endsEarly()
    const buffer = Buffer.allocUnsafeSlow(length)
    let done = 0
    try {
      while (done < length) {
        const count = Math.min(length - done, MOST_AT_A_TIME)
        const { bytesRead } = await this.file.read(buffer, done, count, position + done)
        if (bytesRead === 0) throw this.endsEarly()
        done += bytesRead
      }
    } catch (error) {
      throw asInputError(error, this.path)
    }
    return buffer
  }

  endsEarly(): InputError {
    return new InputError('the file ends early', this.path, 'copy or download it again')
  }

  async close(): Promise<void> {
    await this.file.close()
  }
}

/** Reads a {@link RandomAccessFile} mostly forwards: one read of the disk serves many small ones. */
export class FileWindow {
  #buffer: Buffer = Buffer.alloc(0)
  #start = 0
  /** of what was read last */
  #last = 0
  #end = 0

  constructor(readonly file: RandomAccessFile) {}

  /** A view of the bytes, to be copied by whoever keeps them. @throws InputError where the file ends before them */
  async read(position: number, length: number): Promise<Buffer> {
    const held = this.peek(position, length)
    if (held !== undefined) return held
    // What begins within the last is forwards, too: a search for the next record goes on so.
    const forwards = position >= this.#last && position - this.#end < READ_AHEAD
    const ahead = forwards ? Math.min(READ_AHEAD, this.file.size - position) : 0
    this.#buffer = await this.file.read(position, Math.max(length, ahead))
    this.#start = position
    return this.#view(position, length)
  }

  /** The same where the bytes are there already: waiting takes longer than the reading of a small record. */
  peek(position: number, length: number): Buffer | undefined {
    const offset = position - this.#start
    const there = offset >= 0 && offset + length <= this.#buffer.length
    return there ? this.#view(position, length) : undefined
  }

  #view(position: number, length: number): Buffer {
    this.#last = position
    this.#end = position + length
    return this.#buffer.subarray(position - this.#start, this.#end - this.#start)
  }
}
