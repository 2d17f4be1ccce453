const CHUNK = 2 ** 16

/**
 * Rows of cells, one after another: a row takes 4 bytes beside its cells, where a list of its own takes some 70, and a file of
 * 20 MB can have millions.
 */
export class CellRows {
  /** {@link CHUNK} cells each: one list of all would be copied, half as large again, whenever it grows */
  readonly #chunks: string[][] = []
  /** where each row ends among the cells */
  #ends = new Uint32Array(1024)
  #length = 0
  #count = 0

  get length(): number {
    return this.#length
  }

  add(cells: readonly string[]): void {
    for (const cell of cells) {
      if (this.#count++ % CHUNK === 0) this.#chunks.push([])
      this.#chunks[this.#chunks.length - 1].push(cell)
    }
    if (this.#length === this.#ends.length) {
      const more = new Uint32Array(2 * this.#ends.length)
      more.set(this.#ends)
      this.#ends = more
    }
    this.#ends[this.#length++] = this.#count
  }

  /** How many cells a row has. */
  widthOf(row: number): number {
    return this.#ends[row] - this.#startOf(row)
  }

  /** A cell; undefined where the row has none there. */
  cell(row: number, column: number): string | undefined {
    const at = this.#startOf(row) + column
    return row < this.#length && column >= 0 && at < this.#ends[row] ? this.#at(at) : undefined
  }

  row(row: number): string[] {
    return Array.from({ length: row < this.#length ? this.widthOf(row) : 0 }, (_, column) =>
      this.#at(this.#startOf(row) + column),
    )
  }

  /** A cell of every row from one on. */
  column(column: number, from = 0): (string | undefined)[] {
    const cells: (string | undefined)[] = []
    for (let row = from; row < this.#length; row++) cells.push(this.cell(row, column))
    return cells
  }

  /** How many cells all rows have. */
  get cellCount(): number {
    return this.#count
  }

  /** All cells, row after row. */
  get cells(): readonly string[] {
    return this.#chunks.flat()
  }

  /** Whether each row from one on is so. */
  every(is: (row: number) => boolean, from = 0): boolean {
    for (let row = from; row < this.#length; row++) if (!is(row)) return false
    return true
  }

  #at(place: number): string {
    return this.#chunks[Math.floor(place / CHUNK)][place % CHUNK]
  }

  #startOf(row: number): number {
    return row === 0 ? 0 : this.#ends[row - 1]
  }
}
