import { encodeMetaPages } from '../../../src/datasets/lmdb/meta.js'
import {
  NODE_BIG_DATA,
  NODE_HEADER,
  overflowHeader,
  overflowPages,
  PAGE_BRANCH,
  PAGE_HEADER,
  PAGE_LEAF,
  PAGE_SIZE,
} from '../../../src/datasets/lmdb/page.js'

/** A value: within its leaf, or on pages of its own. */
type Value = Buffer | { readonly page: number; readonly size: number }

interface Node {
  readonly key: Buffer
  /** what stands before the key: low and high half of size or child, flags */
  readonly head: readonly [low: number, flags: number]
  readonly data: Buffer
}

const even = (size: number): number => size + (size & 1)
const sizeOf = ({ key, data }: Node): number => even(NODE_HEADER + key.length + data.length) + 2

/** An LMDB file, as dense as its pages allow: the program's own writer puts no value into a leaf. */
export class LmdbPages {
  /** from page 2 on */
  readonly #pages: Buffer[] = []
  #count = 2
  #tree = {
    depth: 0,
    branchPages: 0,
    leafPages: 0,
    overflowPages: 0,
    entries: 0,
    root: undefined as number | undefined,
  }

  /** Pages of one value. @returns the first of them */
  overflow(value: Buffer): number {
    const page = this.#count
    const count = overflowPages(value.length)
    const bytes = Buffer.alloc(count * PAGE_SIZE)
    overflowHeader(page, count).copy(bytes)
    value.copy(bytes, PAGE_HEADER)
    this.#pages.push(bytes)
    this.#count += count
    return page
  }

  /** The tree over entries in the order of their keys. */
  leaves(entries: readonly (readonly [key: string, value: Value])[]): this {
    this.#tree.entries = entries.length
    let level = this.#level(
      PAGE_LEAF,
      entries.map(([key, value]): Node => {
        if (Buffer.isBuffer(value)) return { key: Buffer.from(key), head: [value.length, 0], data: value }
        const data = Buffer.alloc(8)
        data.writeBigUInt64LE(BigInt(value.page))
        return { key: Buffer.from(key), head: [value.size, NODE_BIG_DATA], data }
      }),
    )
    this.#tree.depth = 1
    while (level.length > 1) {
      level = this.#level(PAGE_BRANCH, level)
      this.#tree.depth++
    }
    this.#tree.root = level[0].head[0]
    return this
  }

  /** Says that there are so many entries, whatever there are. */
  claiming(entries: number): this {
    this.#tree.entries = entries
    return this
  }

  file(): Buffer {
    return Buffer.concat([encodeMetaPages(this.#tree, this.#count), ...this.#pages])
  }

  /** @returns a node of the level above for each page */
  #level(kind: number, nodes: readonly Node[]): Node[] {
    const above: Node[] = []
    for (let start = 0; start < nodes.length; ) {
      let end = start
      for (let room = PAGE_SIZE - PAGE_HEADER; end < nodes.length && sizeOf(nodes[end]) <= room; end++)
        room -= sizeOf(nodes[end])
      above.push({ key: nodes[start].key, head: [this.#count, 0], data: Buffer.alloc(0) })
      this.#pages.push(encoded(kind, this.#count++, nodes.slice(start, end)))
      start = end
    }
    return above
  }
}

function encoded(kind: number, number: number, nodes: readonly Node[]): Buffer {
  const page = Buffer.alloc(PAGE_SIZE)
  page.writeBigUInt64LE(BigInt(number), 0)
  page.writeUInt16LE(kind, 10)
  page.writeUInt16LE(PAGE_HEADER + 2 * nodes.length, 12)
  let upper = PAGE_SIZE
  for (const [i, node] of nodes.entries()) {
    upper -= sizeOf(node) - 2
    page.writeUInt16LE(upper, PAGE_HEADER + 2 * i)
    page.writeUInt32LE(node.head[0], upper)
    page.writeUInt16LE(node.head[1], upper + 4)
    page.writeUInt16LE(node.key.length, upper + 6)
    node.key.copy(page, upper + NODE_HEADER)
    node.data.copy(page, upper + NODE_HEADER + node.key.length)
  }
  page.writeUInt16LE(upper, 14)
  return page
}
