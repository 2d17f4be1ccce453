import { readNamedColumns } from '../../arrays/named-columns.js'
import { readText } from '../../bytes/files.js'
import { sha256 } from '../../bytes/hashing.js'
import { InputError } from '../../errors.js'
import type { ImageIndex } from '../training-images.js'
import { aimOf } from './aims.js'
import type { AttributesSpec } from './attributes-spec.js'

/** Columns that say which image a row is of, where they are there. */
const PLACE = ['identity', 'image']

/** What each image is to be recognised as. */
export interface Wanted {
  readonly columns: readonly string[]
  /** [images, columns] */
  readonly values: Float32Array
}

/** A table of what is known of images, a row an image in the dataset's order. */
export class AttributeTable {
  private constructor(
    private readonly path: string,
    /** of its text */
    readonly sha256: string,
    private readonly columns: ReadonlyMap<string, Float64Array>,
  ) {}

  /** @throws InputError where it is no table of numbers with names */
  static async read(path: string, log: (line: string) => void): Promise<AttributeTable> {
    const text = await readText(path)
    return new AttributeTable(path, sha256(text), readNamedColumns(text, path, log))
  }

  /** What a spec wants of the images of a dataset. @throws InputError where table, spec and dataset don't fit */
  wanted(spec: AttributesSpec, { labels }: Pick<ImageIndex, 'labels'>): Wanted {
    const aim = aimOf(spec)
    const all = [...this.columns.keys()].filter((name) => !PLACE.includes(name))
    const names = spec.columns ?? aim.columns ?? all
    const values = new Float32Array(labels.length * names.length)
    this.#requireRows(labels)
    for (const [at, name] of names.entries()) {
      const column = this.columns.get(name)
      if (column === undefined)
        throw new InputError(`there is no column '${name}'`, this.path, `it has ${all.join(', ')}`)
      for (const [row, value] of aim.target(spec, column).entries()) values[row * names.length + at] = value
    }
    return { columns: names, values }
  }

  #requireRows(labels: Uint32Array): void {
    const rows = [...this.columns.values()][0]?.length ?? 0
    if (rows !== labels.length)
      throw new InputError(
        `${rows} rows for ${labels.length} images`,
        this.path,
        'give a row for each image, in the order of the dataset (datasets inspect tells it)',
      )
    const identity = this.columns.get('identity')
    if (identity === undefined) return
    const known = [...new Set(identity)].sort((a, b) => a - b)
    const place = new Map(known.map((each, label) => [each, label]))
    const wrong = labels.findIndex((label, row) => place.get(identity[row]) !== label)
    if (wrong >= 0)
      throw new InputError(
        `row ${wrong + 1} is of another identity than image ${wrong + 1} of the dataset`,
        this.path,
        'the rows must be in the order of the dataset',
      )
  }
}
