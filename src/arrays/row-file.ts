import type { Matrix } from './matrix.js'

/** Some rows of a file, in their order. */
export interface RowBlock extends Matrix {
  /** row of the file that the first of these is */
  readonly start: number
}

/** A matrix of floats in a file, whatever its form. */
export interface RowFile {
  /** what messages call it */
  readonly path: string
  readonly rows: number
  readonly columns: number
  /** Rows `start` .. `end` (exclusive). @throws InputError where the file can't be read */
  read(start: number, end: number): Promise<RowBlock>
  /** All rows, at most `size` at a time. */
  blocks(size: number): AsyncGenerator<RowBlock>
  close(): Promise<void>
}

/** Told what was left out of a file. */
export type Log = (note: string) => void
