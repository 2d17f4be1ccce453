import { FileWindow, RandomAccessFile } from '../../bytes/random-access-file.js'
import { InputError } from '../../errors.js'
import { type Meta, readMeta } from './meta.js'
import { overflowPages, PAGE_HEADER, PAGE_OVERFLOW, type TreeNode, TreePage } from './page.js'

const CACHED_PAGES = 256
const CHUNK = 2 ** 18

/**
 * Reads the main database of any LMDB 0.9 file, without mapping it into memory. The file is untrusted: pages
 * are checked before use, a tree deeper or larger than the file says is refused, and a value is allocated
 * only after its size was held against a limit and the file's end.
 */
export class LmdbFile {
  /** A walk goes forwards, and what is looked up beside it elsewhere: in one window each would drive out the other. */
  readonly #walked: FileWindow
  readonly #found: FileWindow
  readonly #values: FileWindow
  readonly #cache = new Map<number, TreePage>()
  /** the leaf in which a key was found last: the next one is likely there, too */
  #near: TreePage | undefined

  private constructor(
    readonly file: RandomAccessFile,
    private readonly meta: Meta,
  ) {
    this.#walked = new FileWindow(file)
    this.#found = new FileWindow(file)
    this.#values = new FileWindow(file)
  }

  /** @param path the data file itself. @throws InputError where it is not LMDB's, or corrupt */
  static async open(path: string): Promise<LmdbFile> {
    const file = await RandomAccessFile.open(path)
    try {
      return new LmdbFile(file, await readMeta(file))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Number of entries that the file claims to have. */
  get entryCount(): number {
    return this.meta.entries
  }

  /** Finds a key; its value is read with {@link value} or {@link chunks}. @throws InputError */
  async find(key: Buffer): Promise<TreeNode | undefined> {
    if (this.meta.root === undefined) return undefined
    let page = await this.#page(this.meta.root, this.#found)
    for (let depth = 1; depth < this.meta.depth && !page.isLeaf; depth++) {
      const index = page.search(key)
      const here = index < page.count && page.compareKey(index, key) === 0 ? index : index - 1
      const child = page.node(here).page
      page = this.#cache.get(child) ?? (await this.#page(child, this.#found))
    }
    if (!page.isLeaf) throw this.#corrupt(page.number)
    const index = page.search(key)
    this.#near = page
    return index < page.count && page.compareKey(index, key) === 0 ? page.node(index) : undefined
  }

  /** The same where it lies beside what was found last; undefined tells nothing. @throws InputError */
  peek(key: Buffer): TreeNode | undefined {
    const near = this.#near
    if (near === undefined) return undefined
    const index = near.search(key)
    return index < near.count && near.compareKey(index, key) === 0 ? near.node(index) : undefined
  }

  /** All entries in the order of their keys. @throws InputError */
  async *entries(): AsyncGenerator<TreeNode> {
    for await (const leaf of this.leaves()) yield* leaf.nodes()
  }

  /** The pages that hold all entries, in the order of their keys. @throws InputError */
  async *leaves(): AsyncGenerator<TreePage> {
    if (this.meta.root !== undefined) yield* this.#walk(this.meta.root, 1, { pages: 0 })
  }

  async *#walk(number: number, depth: number, seen: { pages: number }): AsyncGenerator<TreePage> {
    const page = await this.#page(number, this.#walked)
    // A tree has no page twice, so a walk that meets more pages than there are goes in circles.
    if (++seen.pages > this.file.size / this.meta.pageSize) throw this.#corrupt(number)
    if (page.isLeaf !== (depth === this.meta.depth)) throw this.#corrupt(number)
    if (page.isLeaf) yield page
    else for (const { page: child } of page.nodes()) yield* this.#walk(child, depth + 1, seen)
  }

  /** The value of a node; a view that the next read may not outlive. @throws InputError where it is longer than `limit` */
  async value(node: TreeNode, limit: number): Promise<Buffer> {
    if (node.value !== undefined) return node.value
    if (node.size > limit) {
      throw new InputError(
        `the value of key ${nameOf(node)} has ${node.size} bytes, more than the ${limit} that are read`,
        this.file.path,
        'copy or download it again',
      )
    }
    const position = this.#bigValue(node)
    const bytes = await this.#values.read(position, PAGE_HEADER + node.size)
    this.#checkHead(node, bytes)
    return bytes.subarray(PAGE_HEADER)
  }

  /** The value of a node, however long, a piece at a time. @throws InputError */
  async *chunks(node: TreeNode): AsyncGenerator<Buffer> {
    if (node.value !== undefined) {
      yield node.value
      return
    }
    const position = this.#bigValue(node)
    this.#checkHead(node, await this.file.read(position, PAGE_HEADER))
    for (let done = 0; done < node.size; done += CHUNK) {
      yield await this.file.read(position + PAGE_HEADER + done, Math.min(CHUNK, node.size - done))
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  /** Where the overflow pages of a node begin. */
  #bigValue(node: TreeNode): number {
    this.#checkPage(node.page, overflowPages(node.size, this.meta.pageSize))
    return node.page * this.meta.pageSize
  }

  #checkHead(node: TreeNode, head: Buffer): void {
    const sound =
      head.readBigUInt64LE(0) === BigInt(node.page) &&
      (head.readUInt16LE(10) & PAGE_OVERFLOW) !== 0 &&
      head.readUInt32LE(12) >= overflowPages(node.size, this.meta.pageSize)
    if (!sound) throw this.#corrupt(node.page)
  }

  async #page(number: number, window: FileWindow): Promise<TreePage> {
    const known = this.#cache.get(number)
    if (known !== undefined) return known
    const { pageSize } = this.meta
    this.#checkPage(number, 1)
    const bytes = await window.read(number * pageSize, pageSize)
    const page = new TreePage(Buffer.from(bytes), number, this.file.path)
    const oldest = this.#cache.keys().next()
    if (this.#cache.size >= CACHED_PAGES && !oldest.done) this.#cache.delete(oldest.value)
    this.#cache.set(number, page)
    return page
  }

  #checkPage(number: number, count: number): void {
    if (number < 2 || number + count - 1 > this.meta.lastPage) throw this.#corrupt(number)
  }

  #corrupt(page: number): InputError {
    return new InputError(
      `page ${page} of the LMDB file is not what the tree says`,
      this.file.path,
      'copy or download it again',
    )
  }
}

function nameOf(node: TreeNode): string {
  return JSON.stringify(node.key.toString('latin1'))
}
