import type { AppendFile } from '../../bytes/append-file.js'
import {
  NODE_BIG_DATA,
  NODE_HEADER,
  PAGE_BRANCH,
  PAGE_HEADER,
  PAGE_LEAF,
  PAGE_SIZE,
  type TreeNode,
} from './page.js'

const POINTER = 2
const BIG_VALUE = 8

/** Where a tree that was written begins, and what its pages are. */
export interface BulkTree {
  readonly root: number | undefined
  readonly depth: number
  readonly branchPages: number
  readonly leafPages: number
}

/**
 * Appends a B+tree over values that already lie on overflow pages, leaves first, then each level of branches,
 * every page written once. Nodes are spread evenly over the pages of a level, so that no branch has a single
 * child: LMDB stops at one. Memory: one small object a leaf page, about 1/150 of the entries.
 *
 * @param entries in ascending order of their keys (bytewise, shorter first)
 * @param count how many they are
 * @param longestKey bytes of the longest key
 */
export async function appendTree(
  file: AppendFile,
  entries: Iterable<TreeNode>,
  count: number,
  longestKey: number,
): Promise<BulkTree> {
  const shape = { root: undefined as number | undefined, depth: 0, branchPages: 0, leafPages: 0 }
  if (count === 0) return shape
  let level = await appendLevel(file, PAGE_LEAF, entries, count, longestKey)
  shape.leafPages = level.length
  shape.depth = 1
  while (level.length > 1) {
    level = await appendLevel(file, PAGE_BRANCH, level, level.length, longestKey)
    shape.branchPages += level.length
    shape.depth++
  }
  return { ...shape, root: level[0].page }
}

async function appendLevel(
  file: AppendFile,
  kind: typeof PAGE_LEAF | typeof PAGE_BRANCH,
  nodes: Iterable<TreeNode>,
  count: number,
  longestKey: number,
): Promise<TreeNode[]> {
  const nodeSize = even(NODE_HEADER + longestKey + (kind === PAGE_LEAF ? BIG_VALUE : 0)) + POINTER
  const pages = Math.ceil(count / Math.floor((PAGE_SIZE - PAGE_HEADER) / nodeSize))
  const above: TreeNode[] = []
  let onPage: TreeNode[] = []
  let seen = 0
  for (const node of nodes) {
    onPage.push(node)
    seen++
    if (seen < Math.floor(((above.length + 1) * count) / pages)) continue
    const page = file.length / PAGE_SIZE
    await file.append(encodePage(kind, page, onPage))
    above.push({ key: onPage[0].key, page, size: 0 })
    onPage = []
  }
  return above
}

function encodePage(kind: number, number: number, nodes: readonly TreeNode[]): Buffer {
  const page = Buffer.alloc(PAGE_SIZE)
  page.writeBigUInt64LE(BigInt(number), 0)
  page.writeUInt16LE(kind, 10)
  page.writeUInt16LE(PAGE_HEADER + POINTER * nodes.length, 12)
  let upper = PAGE_SIZE
  for (const [index, node] of nodes.entries()) {
    // Everything below the second key goes to a branch's first child: its own key is never looked at.
    const key = kind === PAGE_BRANCH && index === 0 ? node.key.subarray(0, 0) : node.key
    const data = NODE_HEADER + key.length
    upper -= even(data + (kind === PAGE_LEAF ? BIG_VALUE : 0))
    page.writeUInt16LE(upper, PAGE_HEADER + POINTER * index)
    page.writeUInt16LE(key.length, upper + 6)
    key.copy(page, upper + NODE_HEADER)
    if (kind === PAGE_LEAF) {
      page.writeUInt32LE(node.size, upper)
      page.writeUInt16LE(NODE_BIG_DATA, upper + 4)
      page.writeBigUInt64LE(BigInt(node.page), upper + data)
    } else {
      page.writeUIntLE(node.page, upper, 6)
    }
  }
  page.writeUInt16LE(upper, 14)
  return page
}

function even(size: number): number {
  return size + (size & 1)
}
