import { Decoder } from '@msgpack/msgpack'
import { InputError } from '../../errors.js'
import { type DatasetReader, type DatasetRecord, MAX_IMAGE_BYTES } from '../dataset.js'
import { ImageNumbers } from '../image-numbers.js'
import { isLabel } from '../record-order.js'
import { decodeKeyList } from './key-list.js'
import { LmdbFile } from './lmdb-file.js'
import type { TreeNode } from './page.js'

/** Room for what stands beside the image in a value: the label, or a feature and the label. */
const LONGEST_VALUE = MAX_IMAGE_BYTES + 2 ** 20

/**
 * A training set in LMDB: values are the msgpack of [image, label], or of [image, feature, label] as the
 * training set of Vec2Face itself. The order is that of `__keys__`, as training code counts; without it, of
 * the keys themselves, and all whose names begin with `__` are left out.
 */
export class LmdbReader implements DatasetReader {
  readonly format = 'lmdb'
  readonly grouped = false
  readonly #decoder = new Decoder({ rawStrings: true, maxArrayLength: 16, maxMapLength: 0, maxExtLength: 0 })

  private constructor(
    private readonly lmdb: LmdbFile,
    readonly path: string,
    readonly imageCount: number,
    readonly identityCount: number | undefined,
  ) {}

  /** @param path the data file: `NAME.lmdb`, or the `data.mdb` of a folder. @throws InputError */
  static async open(path: string): Promise<LmdbReader> {
    const lmdb = await LmdbFile.open(path)
    try {
      const length = await readNumber(lmdb, '__len__')
      return new LmdbReader(lmdb, path, length ?? lmdb.entryCount, await readNumber(lmdb, '__classnum__'))
    } catch (error) {
      await lmdb.close()
      throw error
    }
  }

  async *records(): AsyncIterableIterator<DatasetRecord> {
    const numbers = new ImageNumbers()
    for await (const node of this.#nodes()) {
      const name = node.key.toString('latin1')
      const { bytes, identity } = await this.#decode(node, name)
      yield { identity, image: numbers.next(identity), bytes, name }
    }
  }

  async close(): Promise<void> {
    await this.lmdb.close()
  }

  async *#nodes(): AsyncGenerator<TreeNode> {
    const list = await this.lmdb.find(Buffer.from('__keys__'))
    if (list === undefined) {
      for await (const node of this.lmdb.entries()) {
        if (node.key.toString('latin1', 0, 2) !== '__') yield node
      }
      return
    }
    let count = 0
    for await (const key of decodeKeyList(this.lmdb.chunks(list), this.path)) {
      const node = await this.lmdb.find(key)
      if (node === undefined) {
        throw this.#broken(`the list of keys names '${key.toString('latin1')}', which is not there`)
      }
      count++
      yield node
    }
    if (count !== this.imageCount) {
      throw this.#broken(`__len__ says ${this.imageCount} images, the list of keys has ${count}`)
    }
  }

  async #decode(node: TreeNode, name: string): Promise<{ bytes: Uint8Array; identity: number }> {
    const value = decode(this.#decoder, await this.lmdb.value(node, LONGEST_VALUE))
    const image = Array.isArray(value) ? value[0] : undefined
    const label = Array.isArray(value) && value.length > 1 ? value[value.length - 1] : undefined
    if (!(image instanceof Uint8Array) || !isLabel(label)) {
      throw this.#broken(`the value of key '${name}' is not the msgpack of [image bytes, label]`)
    }
    return { bytes: image.slice(), identity: label }
  }

  #broken(what: string): InputError {
    return new InputError(what, this.path, 'write the dataset again')
  }
}

async function readNumber(lmdb: LmdbFile, key: string): Promise<number | undefined> {
  const node = await lmdb.find(Buffer.from(key))
  if (node === undefined) return undefined
  const value = decode(new Decoder(), await lmdb.value(node, 16))
  if (isLabel(value)) return value
  throw new InputError(`the value of ${key} is not a count`, lmdb.file.path, 'write the dataset again')
}

function decode(decoder: Decoder, bytes: Uint8Array): unknown {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
