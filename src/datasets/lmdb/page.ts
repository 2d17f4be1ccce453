import { InputError } from '../../errors.js'

// The file format of LMDB 0.9 (data version 1) on 64-bit little-endian machines, from the struct definitions
// in its mdb.c: MDB_page, MDB_node, MDB_db, MDB_meta.

/** Size of the pages written; files with other page sizes are read. */
export const PAGE_SIZE = 4096
export const PAGE_HEADER = 16
export const NODE_HEADER = 8
/** Value of a root that is not there. */
export const NO_PAGE = 2n ** 64n - 1n
/** Deepest tree that LMDB itself walks. */
export const MAX_DEPTH = 32

export const PAGE_BRANCH = 0x01
export const PAGE_LEAF = 0x02
export const PAGE_OVERFLOW = 0x04
export const PAGE_META = 0x08
/** Flag of a leaf node whose value lies on overflow pages. */
export const NODE_BIG_DATA = 0x01

const KIND = PAGE_BRANCH | PAGE_LEAF | PAGE_OVERFLOW | PAGE_META

/** The number of pages that a value of `size` bytes takes when it lies outside its leaf. */
export function overflowPages(size: number, pageSize = PAGE_SIZE): number {
  return Math.floor((PAGE_HEADER - 1 + size) / pageSize) + 1
}

/** The head of a run of overflow pages. */
export function overflowHeader(page: number, pages: number): Buffer {
  const header = Buffer.alloc(PAGE_HEADER)
  header.writeBigUInt64LE(BigInt(page), 0)
  header.writeUInt16LE(PAGE_OVERFLOW, 10)
  header.writeUInt32LE(pages, 12)
  return header
}

/** One node of a page of the tree: of a leaf where it has a value, of a branch where it has a child. */
export interface TreeNode {
  readonly key: Buffer
  /** branch: the child's page; leaf with a big value: the first of its overflow pages; else 0 */
  readonly page: number
  /** leaf: bytes of the value */
  readonly size: number
  /** leaf: the value itself, where it lies in the leaf */
  readonly value?: Buffer
}

/** A page of the tree as read from an untrusted file: every access stays within the page. */
export class TreePage {
  readonly isLeaf: boolean
  readonly count: number

  /** @throws InputError where the bytes are not page `number` of a tree */
  constructor(
    private readonly bytes: Buffer,
    readonly number: number,
    private readonly where: string,
  ) {
    const kind = bytes.readUInt16LE(10) & KIND
    const lower = bytes.readUInt16LE(12)
    this.isLeaf = kind === PAGE_LEAF
    this.count = (lower - PAGE_HEADER) >> 1
    const sound =
      bytes.readBigUInt64LE(0) === BigInt(number) &&
      (kind === PAGE_LEAF || kind === PAGE_BRANCH) &&
      lower >= PAGE_HEADER &&
      lower <= bytes.length
    if (!sound) throw this.#corrupt()
  }

  node(index: number): TreeNode {
    const { bytes } = this
    const at = this.#nodeAt(index)
    const low = bytes.readUInt32LE(at)
    const flags = bytes.readUInt16LE(at + 4)
    const data = this.#keyEnd(at)
    const key = bytes.subarray(at + NODE_HEADER, data)
    if (!this.isLeaf) return { key, page: low + flags * 2 ** 32, size: 0 }
    if (flags === NODE_BIG_DATA) {
      if (data + 8 > bytes.length) throw this.#corrupt()
      return { key, page: Number(bytes.readBigUInt64LE(data)), size: low }
    }
    if (flags !== 0) {
      throw new InputError(
        'the LMDB file holds named databases or duplicate keys, which datasets do not have',
        this.where,
        'write the records to the main database',
      )
    }
    if (data + low > bytes.length) throw this.#corrupt()
    return { key, page: 0, size: low, value: bytes.subarray(data, data + low) }
  }

  *nodes(): Generator<TreeNode> {
    for (let i = 0; i < this.count; i++) yield this.node(i)
  }

  /** Index of the first node whose key is not below `key`; a branch's first node counts as below every key. */
  search(key: Buffer): number {
    let low = this.isLeaf ? 0 : 1
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.compareKey(middle, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Less than 0 where a node's key comes before `key`, 0 where it is the same. Makes nothing: a search asks often. */
  compareKey(index: number, key: Buffer): number {
    const at = this.#nodeAt(index)
    const start = at + NODE_HEADER
    const length = this.#keyEnd(at) - start
    const { bytes } = this
    for (let i = 0; i < length && i < key.length; i++) {
      const difference = bytes[start + i] - key[i]
      if (difference !== 0) return difference
    }
    return length - key.length
  }

  /** Where a node begins. */
  #nodeAt(index: number): number {
    if (index >= this.count) throw this.#corrupt()
    const at = this.bytes.readUInt16LE(PAGE_HEADER + 2 * index)
    if (at < PAGE_HEADER + 2 * this.count || at + NODE_HEADER > this.bytes.length) throw this.#corrupt()
    return at
  }

  /** Where the key of the node at `at` ends, and its data begins. */
  #keyEnd(at: number): number {
    const end = at + NODE_HEADER + this.bytes.readUInt16LE(at + 6)
    if (end > this.bytes.length) throw this.#corrupt()
    return end
  }

  #corrupt(): InputError {
    return new InputError(
      `page ${this.number} of the LMDB file is corrupt`,
      this.where,
      'copy or download it again',
    )
  }
}
