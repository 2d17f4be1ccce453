import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FileWindow, RandomAccessFile } from '../../bytes/random-access-file.js'
import { asInputError, InputError } from '../../errors.js'
import { type DatasetReader, type DatasetRecord, LEAVE_OUT, type ReadOptions } from '../dataset.js'
import { ImageNumbers } from '../image-numbers.js'
import { isLabel } from '../record-order.js'
import { nextFrame, peekFrame, readFrame } from './framing.js'
import { type ImageRecord, unpack } from './image-record.js'
import { readIndex } from './index-file.js'

/**
 * An insightface dataset: `train.rec` with `train.idx` beside it. Where record 0 describes the others (it has labels
 * and no image), images are the records before the first that it names, as insightface's loader reads them; else all
 * records are. The first label of an image is its identity, whatever others stand beside it.
 * Without the index the records are read in the order of the file, and those with labels only are left out.
 */
export class RecordIoReader implements DatasetReader {
  readonly format = 'recordio'

  private constructor(
    private readonly file: RandomAccessFile,
    private readonly index: ImageIndex | undefined,
    readonly identityCount: number | undefined,
  ) {}

  /** @param path the `.rec` file. @throws InputError */
  static async open(path: string): Promise<RecordIoReader> {
    const file = await RandomAccessFile.open(path)
    try {
      const index = await openIndex(file)
      return new RecordIoReader(file, index, index?.identityCount ?? (await readProperty(path)))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get path(): string {
    return this.file.path
  }

  get imageCount(): number | undefined {
    return this.index?.imageCount
  }

  get grouped(): boolean {
    return this.index?.identityCount !== undefined
  }

  async *records({ keepUnreadable = false }: ReadOptions = {}): AsyncIterableIterator<DatasetRecord> {
    const numbers = new ImageNumbers()
    // A record that can't be read doesn't say whose it is.
    let identity = 0
    for await (const { number, image } of this.#imageRecords(keepUnreadable)) {
      const name = `${basename(this.path)}#${number}`
      const problem = image instanceof InputError ? image : labelProblem(image, name, this.path)
      if (problem !== undefined && !keepUnreadable) throw problem
      if (image instanceof InputError || problem !== undefined) {
        yield { identity, image: 0, bytes: new Uint8Array(0), name, ...(problem && { problem }) }
        continue
      }
      identity = image.labels[0]
      yield { identity, image: numbers.next(identity), bytes: Uint8Array.from(image.bytes), name }
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  /** Records that are images, or why one can't be read. @param goOn whether there is to be a next one then */
  async *#imageRecords(goOn: boolean): AsyncGenerator<{ number: number; image: ImageRecord | InputError }> {
    const window = new FileWindow(this.file)
    if (this.index !== undefined) {
      const { positions, first, end, identityCount } = this.index
      const described = identityCount !== undefined
      let bytes = 0
      for (let number = first; number < end; number++) {
        if (positions[number] === -1) continue
        const { image, next } = await this.#readImage(window, positions[number], number)
        bytes += (next ?? positions[number]) - positions[number]
        // Else a file of megabytes could hold one record of megabytes a million times.
        if (bytes > this.file.size)
          throw new InputError(
            'the index names records that overlap',
            this.path,
            'copy it again, or delete train.idx to read without it',
          )
        if (described && !(image instanceof InputError) && describes(image)) {
          throw new InputError(
            `record 0 says that images are records ${first} .. ${end - 1}, but record ${number} holds none`,
            this.path,
            'write the dataset again',
          )
        }
        yield { number, image }
      }
      return
    }
    for (let at = 0, number = 0; at < this.file.size; number++) {
      const { image, next } = await this.#readImage(window, at, number)
      if (image instanceof InputError || !describes(image)) yield { number, image }
      at = next ?? (goOn ? await nextFrame(window, at) : this.file.size)
    }
  }

  /** The image at a position, and where the next record begins, where that is known. */
  async #readImage(
    window: FileWindow,
    position: number,
    number: number,
  ): Promise<{ image: ImageRecord | InputError; next?: number }> {
    try {
      const { record, next } = peekFrame(window, position) ?? (await readFrame(window, position))
      const image = unpack(record, () => `${this.path}#${number}`, LEAVE_OUT)
      return image instanceof InputError ? { image } : { image, next }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return { image: error.or(LEAVE_OUT) }
    }
  }
}

function labelProblem({ labels: [label] }: ImageRecord, name: string, path: string): InputError | undefined {
  if (isLabel(label)) return undefined
  return new InputError(`the label of ${name} is ${label}`, path, `labels count from 0; ${LEAVE_OUT}`)
}

/** Whether a record tells of others: it has labels, and no image. */
function describes({ listed, bytes }: ImageRecord): boolean {
  return listed && bytes.length === 0
}

/** Which records of a file are images: numbers `first` .. `end - 1`, where they have a position. */
interface ImageIndex {
  readonly positions: Float64Array
  readonly first: number
  readonly end: number
  readonly imageCount: number
  readonly identityCount: number | undefined
}

async function openIndex(rec: RandomAccessFile): Promise<ImageIndex | undefined> {
  const path = rec.path.replace(/(\.rec)?$/, '.idx')
  const positions = await orMissing(readIndex(path))
  if (positions === undefined) return undefined
  let imageCount = 0
  const start = positions.length > 0 ? positions[0] : -1
  if (start !== -1) {
    const { record } = await readFrame(new FileWindow(rec), start)
    const image = unpack(record, () => `${rec.path}#0`)
    if (image instanceof InputError) throw image
    if (describes(image)) {
      const [end, last] = image.labels
      if (!isLabel(end) || !isLabel(last) || end < 1 || last < end) {
        throw new InputError('record 0 does not describe the others', rec.path, 'write the dataset again')
      }
      for (let number = 1; number < end; number++) {
        if (!(positions[number] >= 0)) throw missingRecord(number, path)
      }
      return { positions, first: 1, end, imageCount: end - 1, identityCount: last - end }
    }
  }
  for (const position of positions) if (position !== -1) imageCount++
  return { positions, first: 0, end: positions.length, imageCount, identityCount: undefined }
}

function missingRecord(number: number, path: string): InputError {
  return new InputError(
    `record ${number} is not listed`,
    path,
    'copy it again, or delete it to read without it',
  )
}

/** The number of identities that `property` beside the file states: its first number. */
async function readProperty(rec: string): Promise<number | undefined> {
  const path = join(dirname(rec), 'property')
  let text: string | undefined
  try {
    text = await orMissing(readFile(path, 'utf8'))
  } catch (error) {
    throw asInputError(error, path)
  }
  if (text === undefined) return undefined
  const count = Number(/^(\d+),\d+,\d+\s/.exec(`${text}\n`)?.[1])
  if (isLabel(count)) return count
  throw new InputError("is not 'identities,height,width'", path, 'mend it or delete it')
}

async function orMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    const cause = error instanceof InputError ? error.cause : error
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw error
  }
}
