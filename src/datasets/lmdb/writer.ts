import type * as Msgpack from '@msgpack/msgpack'
import { AppendFile } from '../../bytes/append-file.js'
import { onDemand } from '../../on-demand.js'
import type { DatasetRecord, DatasetWriter } from '../dataset.js'
import { RecordOrder } from '../record-order.js'
import { appendTree } from './bulk-tree.js'
import { decimalOrder } from './decimal-order.js'
import { type ChunkedValue, encodeKeyList } from './key-list.js'
import { encodeMetaPages } from './meta.js'
import { overflowHeader, overflowPages, PAGE_SIZE, type TreeNode } from './page.js'

const msgpack = onDemand<typeof Msgpack>('@msgpack/msgpack')

const LONGEST_KEY = '__classnum__'.length

/**
 * Writes the LMDB that the field's training code reads (`lmdb.open(path, subdir=False)`): keys `0` .. `N-1`,
 * each value the msgpack of [image bytes, label]; `__keys__`, `__len__` and `__classnum__` (highest label + 1).
 *
 * Images go straight to overflow pages as they come, the tree is built over them at the end; until then the
 * file has no meta pages and LMDB refuses it. Memory: 8 bytes a record while writing, doubled for a moment
 * as the lists grow, 24 bytes a record at most.
 */
export class LmdbWriter implements DatasetWriter {
  readonly #encoder = new (msgpack().Encoder)()
  readonly #order: RecordOrder
  #pages = new Uint32Array(1024)
  #sizes = new Uint32Array(1024)
  #count = 0
  #classes = 0

  private constructor(private readonly file: AppendFile) {
    this.#order = new RecordOrder(file.path)
  }

  /** @param path the file, `NAME.lmdb`: training code tells the format by that ending. @throws InputError */
  static async create(path: string): Promise<LmdbWriter> {
    const file = await AppendFile.create(path)
    await file.append(new Uint8Array(2 * PAGE_SIZE))
    return new LmdbWriter(file)
  }

  async write(record: DatasetRecord): Promise<void> {
    this.#order.next(record)
    if (this.#count === this.#pages.length) {
      this.#pages = doubled(this.#pages)
      this.#sizes = doubled(this.#sizes)
    }
    const value = this.#encoder.encodeSharedRef([record.bytes, record.identity])
    this.#pages[this.#count] = await this.#beginValue(value.length)
    this.#sizes[this.#count] = value.length
    await this.file.append(value)
    await this.file.pad(PAGE_SIZE)
    this.#count++
    this.#classes = record.identity + 1
  }

  async close(): Promise<void> {
    const special = [
      await this.#special('__classnum__', this.#encodeNumber(this.#classes)),
      await this.#special('__keys__', encodeKeyList(this.#count)),
      await this.#special('__len__', this.#encodeNumber(this.#count)),
    ]
    const overflow = this.file.length / PAGE_SIZE - 2
    const entries = this.#count + special.length
    const tree = await appendTree(this.file, this.#entries(special), entries, LONGEST_KEY)
    const pages = this.file.length / PAGE_SIZE
    await this.file.overwrite(0, encodeMetaPages({ ...tree, overflowPages: overflow, entries }, pages))
    await this.file.close()
  }

  /** Begins a run of overflow pages; gives its first page. */
  async #beginValue(size: number): Promise<number> {
    const page = this.file.length / PAGE_SIZE
    await this.file.append(overflowHeader(page, overflowPages(size)))
    return page
  }

  async #special(key: string, value: ChunkedValue): Promise<TreeNode> {
    const page = await this.#beginValue(value.length)
    for (const chunk of value.chunks) await this.file.append(chunk)
    await this.file.pad(PAGE_SIZE)
    return { key: Buffer.from(key, 'latin1'), page, size: value.length }
  }

  #encodeNumber(value: number): ChunkedValue {
    const bytes = this.#encoder.encode(value)
    return { chunks: [bytes], length: bytes.length }
  }

  *#entries(special: readonly TreeNode[]): Generator<TreeNode> {
    for (const number of decimalOrder(this.#count)) {
      yield {
        key: Buffer.from(String(number), 'latin1'),
        page: this.#pages[number],
        size: this.#sizes[number],
      }
    }
    yield* special
  }
}

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(2 * numbers.length)
  out.set(numbers)
  return out
}
