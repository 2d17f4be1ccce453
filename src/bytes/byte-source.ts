import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { asInputError, InputError } from '../errors.js'

/** Bytes that are read by position: a file, or memory. Reading is synchronous, as a pickle is read byte by byte. */
export interface ByteSource {
  /** what errors call it: the path */
  readonly name: string
  readonly length: number
  /** `length` bytes at `offset`; a view where nothing needs copying. @throws InputError where they aren't there */
  read(offset: number, length: number): Uint8Array
}

/** @throws InputError where a range doesn't lie in the source */
export function checkRange(
  source: Pick<ByteSource, 'name' | 'length'>,
  offset: number,
  length: number,
): void {
  if (
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= source.length
  )
    return
  throw new InputError(
    `the file ends early: ${length} bytes are needed at byte ${offset}, it has ${source.length}`,
    source.name,
    'copy or download it again',
  )
}

/** Bytes in memory; `read` gives views of them. */
export class MemorySource implements ByteSource {
  constructor(
    private readonly bytes: Uint8Array,
    readonly name: string,
  ) {}

  get length(): number {
    return this.bytes.length
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length)
    return this.bytes.subarray(offset, offset + length)
  }
}

/** A file, of which only what is asked for is read. */
export class FileSource implements ByteSource {
  readonly length: number
  private readonly file: number

  constructor(readonly name: string) {
    try {
      this.file = openSync(name, 'r')
      const status = fstatSync(this.file)
      if (status.isDirectory()) throw new InputError('is a folder, a file was expected', name, 'name a file')
      this.length = status.size
    } catch (error) {
      throw asInputError(error, name)
    }
  }

  read(offset: number, length: number): Uint8Array {
    const into = new Uint8Array(length)
    this.readInto(into, offset)
    return into
  }

  /** Fills `into` with the bytes at `offset`. @throws InputError where the file is shorter */
  readInto(into: Uint8Array, offset: number): void {
    checkRange(this, offset, into.length)
    let done = 0
    while (done < into.length) {
      const count = readSync(this.file, into, done, into.length - done, offset + done)
      if (count === 0)
        throw new InputError('the file became shorter while it was read', this.name, 'try again')
      done += count
    }
  }

  close(): void {
    closeSync(this.file)
  }
}
