import type { RandomAccessFile } from '../../bytes/random-access-file.js'
import { InputError } from '../../errors.js'
import { MAX_DEPTH, NO_PAGE, PAGE_HEADER, PAGE_META, PAGE_SIZE } from './page.js'

const MAGIC = 0xbeefc0de
const VERSION = 1
// MDB_NOSUBDIR and MDB_INTEGERKEY, which LMDB stores as flags of the free list in a single-file environment.
const FREE_LIST_FLAGS = 0x4008
const META_LENGTH = 136
const FREE_LIST = PAGE_HEADER + 24
const MAIN = FREE_LIST + 48
const LAST_PAGE = MAIN + 48
const LARGEST_PAGE = 65536

/** The main database as a meta page describes it. */
export interface TreeShape {
  readonly depth: number
  readonly branchPages: number
  readonly leafPages: number
  readonly overflowPages: number
  readonly entries: number
  /** page number of the root; undefined in an empty database */
  readonly root: number | undefined
}

export interface Meta extends TreeShape {
  readonly pageSize: number
  readonly lastPage: number
}

/** Whether bytes from the beginning of a file are those of LMDB. */
export function isLmdb(bytes: Buffer): boolean {
  return bytes.length >= PAGE_HEADER + 4 && bytes.readUInt32LE(PAGE_HEADER) === MAGIC
}

/**
 * Both meta pages of a file with one transaction committed: the first describes the empty database before
 * it, the second the tree.
 */
export function encodeMetaPages(tree: TreeShape, pages: number): Buffer {
  const out = Buffer.alloc(2 * PAGE_SIZE)
  const empty = { depth: 0, branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0, root: undefined }
  encodeMetaPage(out.subarray(0, PAGE_SIZE), 0, empty, pages, 1)
  encodeMetaPage(out.subarray(PAGE_SIZE), 1, tree, pages, pages - 1)
  return out
}

function encodeMetaPage(
  page: Buffer,
  transaction: number,
  tree: TreeShape,
  pages: number,
  last: number,
): void {
  page.writeBigUInt64LE(BigInt(transaction), 0)
  page.writeUInt16LE(PAGE_META, 10)
  page.writeUInt32LE(MAGIC, PAGE_HEADER)
  page.writeUInt32LE(VERSION, PAGE_HEADER + 4)
  page.writeBigUInt64LE(BigInt(pages * PAGE_SIZE), PAGE_HEADER + 16)
  page.writeUInt32LE(PAGE_SIZE, FREE_LIST)
  page.writeUInt16LE(FREE_LIST_FLAGS, FREE_LIST + 4)
  page.writeBigUInt64LE(NO_PAGE, FREE_LIST + 40)
  page.writeUInt16LE(tree.depth, MAIN + 6)
  page.writeBigUInt64LE(BigInt(tree.branchPages), MAIN + 8)
  page.writeBigUInt64LE(BigInt(tree.leafPages), MAIN + 16)
  page.writeBigUInt64LE(BigInt(tree.overflowPages), MAIN + 24)
  page.writeBigUInt64LE(BigInt(tree.entries), MAIN + 32)
  page.writeBigUInt64LE(tree.root === undefined ? NO_PAGE : BigInt(tree.root), MAIN + 40)
  page.writeBigUInt64LE(BigInt(last), LAST_PAGE)
  page.writeBigUInt64LE(BigInt(transaction), LAST_PAGE + 8)
}

/** Reads the newer of the two meta pages. @throws InputError where there are none, or what they say cannot be */
export async function readMeta(file: RandomAccessFile): Promise<Meta> {
  const first = await readMetaPage(file, 0)
  const pageSize = first.readUInt32LE(FREE_LIST)
  if (pageSize < 512 || pageSize > LARGEST_PAGE || (pageSize & (pageSize - 1)) !== 0) {
    throw new InputError(`a page size of ${pageSize} bytes cannot be`, file.path, 'copy or download it again')
  }
  const second = await readMetaPage(file, pageSize)
  const page = transactionOf(second) > transactionOf(first) ? second : first
  const root = page.readBigUInt64LE(MAIN + 40)
  const meta: Meta = {
    pageSize,
    depth: page.readUInt16LE(MAIN + 6),
    branchPages: number64(page, MAIN + 8),
    leafPages: number64(page, MAIN + 16),
    overflowPages: number64(page, MAIN + 24),
    entries: number64(page, MAIN + 32),
    root: root === NO_PAGE ? undefined : Number(root),
    lastPage: number64(page, LAST_PAGE),
  }
  if (meta.depth > MAX_DEPTH) {
    throw new InputError(`a tree of depth ${meta.depth} cannot be`, file.path, 'copy or download it again')
  }
  return meta
}

async function readMetaPage(file: RandomAccessFile, position: number): Promise<Buffer> {
  const page = await file.read(position, PAGE_HEADER + META_LENGTH)
  if (!isLmdb(page) || (page.readUInt16LE(10) & PAGE_META) === 0) {
    throw new InputError(
      position === 0
        ? 'not an LMDB file, or one whose writing did not end'
        : 'the second meta page is corrupt',
      file.path,
      'write it again',
    )
  }
  const version = page.readUInt32LE(PAGE_HEADER + 4)
  if (version !== VERSION) {
    throw new InputError(
      `LMDB data version ${version} is not read, only ${VERSION}`,
      file.path,
      "write it with LMDB 0.9, as Python's lmdb does",
    )
  }
  return page
}

function transactionOf(page: Buffer): bigint {
  return page.readBigUInt64LE(LAST_PAGE + 8)
}

function number64(page: Buffer, offset: number): number {
  return Number(page.readBigUInt64LE(offset))
}
