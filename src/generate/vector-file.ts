import { createHash } from 'node:crypto'
import { asFloat32 } from '../arrays/matrix.js'
import { openRows } from '../arrays/open-rows.js'
import type { Log, RowFile } from '../arrays/row-file.js'
import { InputError } from '../errors.js'

const ROWS_AT_ONCE = 1024

/**
 * Identity vectors in a file, one a row, read a few rows at a time: with `.npy` memory does not grow with the file.
 * Every form that {@link openRows} opens; they are float32 from then on.
 */
export class VectorFile {
  private constructor(private readonly file: RowFile) {}

  /** @param log is told which columns of a table were left out @throws InputError where it is no matrix of floats */
  static async open(path: string, log?: Log): Promise<VectorFile> {
    return new VectorFile(await openRows(path, log))
  }

  get path(): string {
    return this.file.path
  }

  get rows(): number {
    return this.file.rows
  }

  /** numbers of a vector */
  get width(): number {
    return this.file.columns
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
    return asFloat32(await this.file.read(first, first + count)).data
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
      hash.update(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength))
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
