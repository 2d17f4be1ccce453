import { InputError } from '../../errors.js'
import { isPickle } from '../../pickle/recognise-pickle.js'
import { type DatasetReader, type DatasetRecord, MAX_IMAGE_BYTES } from '../dataset.js'
import { ImageNumbers } from '../image-numbers.js'
import { decodeKeyList } from './key-list.js'
import { LmdbFile } from './lmdb-file.js'
import { NODE_HEADER, type TreeNode } from './page.js'
import { readCount, readDecimal, readPickledKeys, readStoredRecord } from './stored-value.js'

/** Room for what stands beside the image in a value: the label, or a feature and the label. */
const LONGEST_VALUE = MAX_IMAGE_BYTES + 2 ** 20

/** A list of keys that is pickled is held whole; this many bytes are some 30 million keys. */
const LONGEST_KEY_LIST = 512 * 2 ** 20
/** Keys of the scheme that has image and label apart: `image-000000001`, `label-000000001`. */
const APART = /^image-\d+$/
/** Entries of the list of keys that are looked up before their values are read. */
const AT_A_TIME = 256

/**
 * A training set in LMDB: values are the msgpack of [image, label], or of [image, feature, label] as the training set of
 * Vec2Face itself, or their pickle; or images and labels lie apart under keys of their own (`image-000000001`). The
 * order is that of `__keys__`, as training code counts; without it, of the keys themselves, and all whose names begin
 * with `__` are left out.
 */
export class LmdbReader implements DatasetReader {
  readonly format = 'lmdb'
  readonly grouped = false

  private constructor(
    private readonly lmdb: LmdbFile,
    readonly path: string,
    readonly imageCount: number | undefined,
    readonly identityCount: number | undefined,
  ) {}

  /** @param path the data file: `NAME.lmdb`, or the `data.mdb` of a folder. @throws InputError */
  static async open(path: string): Promise<LmdbReader> {
    const lmdb = await LmdbFile.open(path)
    try {
      const length =
        (await readNumber(lmdb, '__len__', readCount)) ?? (await readNumber(lmdb, 'num-samples', readDecimal))
      return new LmdbReader(lmdb, path, length, await readNumber(lmdb, '__classnum__', readCount))
    } catch (error) {
      await lmdb.close()
      throw error
    }
  }

  async *records(): AsyncIterableIterator<DatasetRecord> {
    const numbers = new ImageNumbers()
    let read = 0
    const list = await this.lmdb.find(Buffer.from('__keys__'))
    for await (const nodes of list === undefined ? this.#leaves() : this.#listed(list)) {
      for (const node of nodes) {
        const name = node.key.toString('latin1')
        if (list === undefined && (name.startsWith('__') || (await this.#isApart(name)))) continue
        read += NODE_HEADER + node.key.length + node.size
        // Else a file of megabytes could hold one value of megabytes a million times.
        if (read > this.lmdb.file.size) throw this.#broken('values overlap, or are listed again and again')
        const value = node.value ?? (await this.lmdb.value(node, LONGEST_VALUE))
        const { image: bytes, label: identity } = APART.test(name)
          ? { image: value.slice(), label: await this.#labelApart(name) }
          : this.#decode(value, name)
        yield { identity, image: numbers.next(identity), bytes, name }
      }
    }
  }

  async close(): Promise<void> {
    await this.lmdb.close()
  }

  /** All entries, a page of them at a time: to wait for each takes longer than to read it. */
  async *#leaves(): AsyncGenerator<Iterable<TreeNode>> {
    for await (const leaf of this.lmdb.leaves()) yield leaf.nodes()
  }

  /** The entries that the list of keys names, some at a time. */
  async *#listed(list: TreeNode): AsyncGenerator<Iterable<TreeNode>> {
    let batch: TreeNode[] = []
    let count = 0
    for await (const key of this.#keys(list)) {
      if (++count > this.lmdb.entryCount)
        throw this.#broken(
          `the list of keys is longer than the ${this.lmdb.entryCount} entries that there are`,
        )
      const node = this.lmdb.peek(key) ?? (await this.lmdb.find(key))
      if (node === undefined) {
        yield batch
        throw this.#broken(`the list of keys names '${key.toString('latin1')}', which is not there`)
      }
      batch.push(node)
      if (batch.length < AT_A_TIME) continue
      yield batch
      batch = []
    }
    yield batch
    if (this.imageCount !== undefined && count !== this.imageCount) {
      throw this.#broken(`__len__ says ${this.imageCount} images, the list of keys has ${count}`)
    }
  }

  /** Whether a key belongs to images that lie apart from their labels, without being an image's. */
  async #isApart(key: string): Promise<boolean> {
    if (key === 'num-samples') return true
    const label = /^label-(\d+)$/.exec(key)
    if (label === null) return false
    const image = Buffer.from(`image-${label[1]}`)
    return (this.lmdb.peek(image) ?? (await this.lmdb.find(image))) !== undefined
  }

  async *#keys(list: TreeNode): AsyncGenerator<Buffer> {
    const chunks = this.lmdb.chunks(list)
    const { value: first = Buffer.alloc(0) } = await chunks.next()
    await chunks.return(undefined)
    if (isPickle(first)) yield* readPickledKeys(await this.lmdb.value(list, LONGEST_KEY_LIST), this.path)
    else yield* decodeKeyList(this.lmdb.chunks(list), this.path)
  }

  #decode(value: Buffer, name: string): { image: Uint8Array; label: number } {
    const record = readStoredRecord(value, this.path)
    if (!('problem' in record)) return record
    throw new InputError(
      `the value of key '${name}' ${record.problem}`,
      this.path,
      'write each value as msgpack.packb([image bytes, label])',
    )
  }

  /** @param image the key of an image that lies apart */
  async #labelApart(image: string): Promise<number> {
    const name = image.replace('image', 'label')
    const key = Buffer.from(name)
    const node = this.lmdb.peek(key) ?? (await this.lmdb.find(key))
    if (node === undefined) throw this.#broken(`there is no ${name} beside ${image}`)
    const value = node.value ?? (await this.lmdb.value(node, 32))
    const label = readDecimal(value)
    if (label !== undefined) return label
    throw this.#broken(`the value of ${name} is no label, '${value.toString('latin1', 0, 20)}'`)
  }

  #broken(what: string): InputError {
    return new InputError(what, this.path, 'write the dataset again')
  }
}

async function readNumber(
  lmdb: LmdbFile,
  key: string,
  read: (bytes: Uint8Array, where: string) => number | undefined,
): Promise<number | undefined> {
  const node = await lmdb.find(Buffer.from(key))
  if (node === undefined) return undefined
  const count = read(await lmdb.value(node, 64), lmdb.file.path)
  if (count !== undefined) return count
  throw new InputError(`the value of ${key} is not a count`, lmdb.file.path, 'write the dataset again')
}
