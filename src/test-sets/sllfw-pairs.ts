import { InputError } from '../errors.js'
import { type PairList, PairListBuilder } from './pair-list.js'
import { listFormat } from './test-set-format.js'

const FOLDS = 10
const PATH = /^[^/\s,][^/,]*\/[^/,]+\.\w+$/

/** Whether a line is one image of SLLFW's list: `Name/Name_0001.jpg`. */
export function isSllfwPath(line: string): boolean {
  return PATH.test(line.trim())
}

/**
 * Parses `pair_SLLFW.txt` (Deng et al., Fine-grained face verification, 2017; the paper writes SSLFW): one
 * image a line as `Name/Name_0001.jpg`, two lines a pair; a pair is of one person where both folders are
 * the same. The authors' 6,000 pairs are ten consecutive folds of 300 same and 300 different; a list whose
 * number of pairs is not a multiple of ten has no folds.
 * @throws InputError that names the line
 */
export function parseSllfwPairs(text: string, where: string): PairList {
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ path: line.trim(), place: `${where}:${i + 1}` }))
    .filter(({ path }) => path !== '')
  if (lines.length % 2 === 1) {
    throw new InputError(
      `${lines.length} images are listed, pairs need an even number`,
      where,
      'copy the list again',
    )
  }
  const pairs = lines.length / 2
  const builder = new PairListBuilder()
  for (const [i, { path, place }] of lines.entries()) {
    if (!isSllfwPath(path)) {
      throw new InputError(`'${path}' is no image of the list`, place, "write 'Name/Name_0001.jpg'")
    }
    if (i % 2 === 0) continue
    const before = lines[i - 1]
    const same = path.split('/')[0] === before.path.split('/')[0]
    const fold = pairs % FOLDS === 0 ? Math.floor((((i - 1) / 2) * FOLDS) / pairs) : undefined
    builder.add(before.path, path, same, fold, before.place)
  }
  return builder.build(where)
}

export const sllfwPairs = listFormat({
  id: 'sllfw-pairs',
  hint: "SLLFW's",
  endings: ['txt'],
  recognise: ({ lines: [first = ''] }) => isSllfwPath(first),
  parse: parseSllfwPairs,
})
