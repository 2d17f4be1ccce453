import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, exists, writeDurably } from '../bytes/files.js'
import { asInputError, InputError } from '../errors.js'
import {
  ALIGNMENT_RECORD,
  type AlignmentRecord,
  type LeftOutPhotograph,
  readAlignmentRecord,
} from '../images/alignment-record.js'
import { parseJson } from '../json.js'
import {
  type AlignedPhotograph,
  alignedPhotographSchema,
  TABLE_COLUMNS,
  tableRow,
} from './aligned-photograph.js'

const JOURNAL = 'alignment.partial.jsonl'
/** The table of an alignment, in its folder. */
export const ALIGNMENT_TABLE = 'alignment.csv'
const LINE = '\n'

/** What an alignment has done, a line a photograph, in their order: written after the crop, so that a kill loses no more than it. */
export class AlignJournal {
  private constructor(
    private readonly out: string,
    private readonly record: AlignmentRecord,
    private readonly file: FileHandle,
    /** photographs that an earlier run was done with */
    readonly done: readonly AlignedPhotograph[],
  ) {}

  /**
   * Begins an alignment in a folder, or goes on with the same one.
   * @param cropOf where the crop of a photograph lies below the folder, if it has one
   * @throws InputError where the folder holds another
   */
  static async begin(
    out: string,
    record: Pick<AlignmentRecord, 'key' | 'settings' | 'noFace'>,
    cropOf: (photograph: AlignedPhotograph) => string | undefined,
  ): Promise<AlignJournal> {
    await createFolder(out)
    const begun = { ...record, finished: false, leftOut: [] }
    await writeDurably(join(out, ALIGNMENT_RECORD), json(begun))
    try {
      const path = join(out, JOURNAL)
      const rows = await readRows(path)
      const done = await whileThere(rows, ({ row }) => {
        const crop = cropOf(row)
        return crop && join(out, crop)
      })
      const file = await open(path, 'a')
      // A line that a kill cut short, and those whose crops are gone, are written again.
      await file.truncate(done.at(-1)?.end ?? 0)
      return new AlignJournal(
        out,
        begun,
        file,
        done.map(({ row }) => row),
      )
    } catch (error) {
      throw asInputError(error, out)
    }
  }

  async add(photographs: readonly AlignedPhotograph[]): Promise<void> {
    try {
      await this.file.appendFile(photographs.map((row) => `${JSON.stringify(row)}${LINE}`).join(''))
    } catch (error) {
      throw asInputError(error, join(this.out, JOURNAL))
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  /** Writes the table. @param finished whether nothing is left to be decided */
  async finish(leftOut: readonly LeftOutPhotograph[], finished: boolean): Promise<void> {
    const path = join(this.out, JOURNAL)
    const rows = await readRows(path)
    const lines = rows.flatMap(({ row }) => (row.problem === undefined ? [`${tableRow(row)}${LINE}`] : []))
    await writeDurably(
      join(this.out, ALIGNMENT_TABLE),
      [TABLE_COLUMNS.join(',') + LINE, ...lines].map((line) => Buffer.from(line)),
    )
    await writeDurably(
      join(this.out, ALIGNMENT_RECORD),
      json({ ...this.record, finished, leftOut: [...leftOut] }),
    )
    if (finished) await rm(path, { force: true })
  }
}

/**
 * Whether a folder holds the finished alignment that is asked for.
 * @throws InputError where it holds another, or a table of something else
 */
export async function isFinished(
  out: string,
  { key, noFace }: Pick<AlignmentRecord, 'key' | 'noFace'>,
): Promise<boolean> {
  const before = await readAlignmentRecord(out)
  if (before === undefined && (await exists(join(out, ALIGNMENT_TABLE))))
    throw new InputError(
      'the folder holds a table that no alignment of this program began',
      join(out, ALIGNMENT_TABLE),
      'choose another folder',
    )
  if (before === undefined) return false
  const other = before.key !== key ? 'other photographs, or of other settings' : `--no-face ${before.noFace}`
  if (before.key !== key || (before.finished && before.noFace !== noFace))
    throw new InputError(
      `the folder holds the crops of ${other}`,
      out,
      'choose another folder, or remove that one',
    )
  return before.finished
}

const json = (record: AlignmentRecord): string => `${JSON.stringify(record, undefined, 2)}${LINE}`

interface JournalRow {
  readonly row: AlignedPhotograph
  /** bytes of the journal up to its end */
  readonly end: number
}

/** The whole lines of a journal. */
async function readRows(path: string): Promise<JournalRow[]> {
  if (!(await exists(path))) return []
  const bytes = await readFile(path)
  const rows: JournalRow[] = []
  let start = 0
  for (let end = bytes.indexOf(LINE); end >= 0; start = end + 1, end = bytes.indexOf(LINE, start)) {
    const { data } = alignedPhotographSchema.safeParse(parseJson(bytes.toString('utf8', start, end)))
    if (data === undefined) break
    rows.push({ row: data, end: end + 1 })
  }
  return rows
}

/** The rows up to the first whose crop should be there and isn't. */
async function whileThere(
  rows: readonly JournalRow[],
  cropOf: (row: JournalRow) => string | undefined,
): Promise<readonly JournalRow[]> {
  for (const [i, entry] of rows.entries()) {
    const crop = cropOf(entry)
    if (crop === undefined) continue
    const size = await stat(crop).then(
      (status) => status.size,
      () => 0,
    )
    if (size === 0) return rows.slice(0, i)
  }
  return rows
}
