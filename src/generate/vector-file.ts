import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { type NpyHeader, npyByteLength, parseNpyHeader } from '../arrays/npy.js'
import { asInputError, InputError } from '../errors.js'

const ROWS_AT_ONCE = 1024

/**
 * Identity vectors in a `.npy` file, read a few rows at a time: memory does not grow with the file.
 * float32 or float64 (rounded to float32), shape [identities, width].
 */
export class VectorFile {
  private constructor(
    readonly path: string,
    readonly rows: number,
    readonly width: number,
    private readonly header: NpyHeader,
    private readonly file: FileHandle,
  ) {}

  /** @throws InputError where it is no matrix of floats, or ends early */
  static async open(path: string): Promise<VectorFile> {
    let file: FileHandle
    try {
      file = await open(path, 'r')
    } catch (error) {
      throw asInputError(error, path)
    }
    try {
      const start = Buffer.alloc(4096)
      const { bytesRead } = await file.read(start, 0, start.length, 0)
      const header = parseNpyHeader(start.subarray(0, bytesRead), path)
      if (
        header.shape.length !== 2 ||
        header.fortranOrder ||
        (header.type !== '<f4' && header.type !== '<f8')
      ) {
        throw new InputError(
          `identity vectors are float32 [identities, width] in C order, these are '${header.type}' (${header.shape.join(', ')})${header.fortranOrder ? ' in Fortran order' : ''}`,
          path,
          'convert them with numpy.ascontiguousarray and numpy.save',
        )
      }
      const { size } = await file.stat()
      if (size < header.offset + npyByteLength(header)) {
        throw new InputError('the file ends early', path, 'copy or make it again')
      }
      const [rows, width] = header.shape
      return new VectorFile(path, rows, width, header, file)
    } catch (error) {
      await file.close()
      throw asInputError(error, path)
    }
  }

  /** @throws InputError unless the vectors have as many numbers as a generator takes */
  requireWidth(width: number): void {
    if (this.width === width) return
    throw new InputError(
      `the vectors have ${this.width} numbers, this generator takes ${width}`,
      this.path,
      'generate vectors from features of that width, or name another generator',
    )
  }

  /** Rows `first .. first + count - 1`, one after another. */
  async read(first: number, count: number): Promise<Float32Array> {
    if (first < 0 || first + count > this.rows) {
      throw new InputError(
        `rows ${first} to ${first + count - 1} are wanted, the file has ${this.rows}`,
        this.path,
        'generate more vectors, or ask for fewer',
      )
    }
    const wide = this.header.type === '<f8'
    const values = wide ? new Float64Array(count * this.width) : new Float32Array(count * this.width)
    const bytes = new Uint8Array(values.buffer)
    let done = 0
    const start = this.header.offset + first * this.width * values.BYTES_PER_ELEMENT
    while (done < bytes.length) {
      const { bytesRead } = await this.file.read(bytes, done, bytes.length - done, start + done)
      if (bytesRead === 0) throw new InputError('the file ends early', this.path, 'copy or make it again')
      done += bytesRead
    }
    return values instanceof Float32Array ? values : Float32Array.from(values)
  }

  /** Blocks of rows, up to `count` rows in all. */
  async *blocks(count: number): AsyncGenerator<{ first: number; rows: Float32Array }> {
    for (let first = 0; first < count; first += ROWS_AT_ONCE) {
      yield { first, rows: await this.read(first, Math.min(ROWS_AT_ONCE, count - first)) }
    }
  }

  /**
   * SHA-256 of the first `count` vectors as float32, once they are found fit to generate from.
   * Memory: a few tens of bytes a vector, to see duplicates.
   * @throws InputError where one is not finite, has length 0, or is there twice
   */
  async fingerprint(count: number): Promise<string> {
    const hash = createHash('sha256')
    const seen = new Map<number, number>()
    for await (const { first, rows } of this.blocks(count)) {
      hash.update(new Uint8Array(rows.buffer))
      for (let i = 0; i * this.width < rows.length; i++) {
        const row = rows.subarray(i * this.width, (i + 1) * this.width)
        checkVector(row, `${this.path}: row ${first + i}`)
        const key = rowKey(row)
        const other = seen.get(key)
        if (other === undefined) seen.set(key, first + i)
        else if (await this.#equals(other, row))
          throw new InputError(
            `rows ${other} and ${first + i} are the same vector`,
            this.path,
            'leave one of them out',
          )
      }
    }
    return hash.digest('hex')
  }

  async #equals(index: number, row: Float32Array): Promise<boolean> {
    const other = await this.read(index, 1)
    return row.every((value, i) => value === other[i])
  }

  async close(): Promise<void> {
    await this.file.close()
  }
}

/** @throws InputError where a number is not finite or all are 0 */
export function checkVector(row: Float32Array, where: string): void {
  let squares = 0
  for (let i = 0; i < row.length; i++) squares += row[i] * row[i]
  if (squares > 0 && Number.isFinite(squares)) return
  const bad = row.findIndex((value) => !Number.isFinite(value))
  throw new InputError(
    bad >= 0
      ? `number ${bad} of this vector is ${row[bad]}`
      : 'this vector has no length (all numbers are 0)',
    where,
    'mend or leave out that vector',
  )
}

/** 53 bits that tell different rows apart nearly always; equal ones have the same. */
function rowKey(row: Float32Array): number {
  const words = new Uint32Array(row.buffer, row.byteOffset, row.length)
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (let i = 0; i < words.length; i++) {
    a = Math.imul(a ^ words[i], 0x01000193)
    b = Math.imul(b ^ words[i] ^ (b >>> 15), 0x85ebca6b)
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11)
}
