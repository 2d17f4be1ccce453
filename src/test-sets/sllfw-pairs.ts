import { InputError } from '../errors.js'
import { type ListLine, listLines } from './list-lines.js'
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
  let count = 0
  for (const _ of listLines(text)) count++
  if (count % 2 === 1) {
    throw new InputError(
      `${count} images are listed, pairs need an even number`,
      where,
      'copy the list again',
    )
  }
  const pairs = count / 2
  const builder = new PairListBuilder()
  let first: ListLine | undefined
  let pair = 0
  for (const line of listLines(text)) {
    if (!isSllfwPath(line.text)) {
      const place = `${where}:${line.number}`
      throw new InputError(`'${line.text}' is no image of the list`, place, "write 'Name/Name_0001.jpg'")
    }
    if (first === undefined) {
      first = line
      continue
    }
    const same = line.text.split('/')[0] === first.text.split('/')[0]
    const fold = pairs % FOLDS === 0 ? Math.floor((pair * FOLDS) / pairs) : undefined
    const { number } = first
    builder.add(first.text, line.text, same, fold, () => `${where}:${number}`)
    first = undefined
    pair++
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
