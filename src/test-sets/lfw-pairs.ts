import { InputError } from '../errors.js'
import { listLines } from './list-lines.js'
import { type PairList, PairListBuilder } from './pair-list.js'
import { listFormat } from './test-set-format.js'

const LONGEST_HEADER = 100
const HEADER = /^\d+(\s+\d+)?$/

/** Whether a line is a pair of LFW: `name n1 n2` or `name1 n1 name2 n2`, with tabs or spaces. */
export function isLfwPair(line: string): boolean {
  const fields = line.trim().split(/\s+/)
  const numbers = fields.length === 3 ? [1, 2] : fields.length === 4 ? [1, 3] : []
  return numbers.length > 0 && numbers.every((i) => /^\d+$/.test(fields[i]))
}

/** Whether a line is the head of LFW's lists: `folds pairs` or `pairs`. */
export function isLfwHeader(line: string): boolean {
  return HEADER.test(line.trim())
}

function imagePath(name: string, number: string): string {
  return `${name}/${name}_${number.padStart(4, '0')}.jpg`
}

/**
 * Parses the lists of Labeled Faces in the Wild. `pairs.txt` begins with `10 300`: ten folds, in each 300
 * lines of one person (`name n1 n2`), then 300 of two (`name1 n1 name2 n2`). `pairsDevTest.txt` begins with
 * one number, and has no folds; neither has a list without a first line of numbers. Image `n` of a person is
 * `name/name_000n.jpg`.
 * @param where the file, for messages
 * @throws InputError that names the line
 */
export function parseLfwPairs(text: string, where: string): PairList {
  const firstLine = text.slice(0, LONGEST_HEADER).split('\n', 1)[0].trim()
  const hasHeader = isLfwHeader(firstLine)
  const head = hasHeader ? firstLine.split(/\s+/).map(Number) : []
  const folds = head.length === 2 ? head[0] : 1
  const half = head.at(-1) ?? 0
  const builder = new PairListBuilder()
  let count = 0
  for (const { text: line, number } of listLines(text)) {
    if (number === 1 && hasHeader) continue
    const place = () => `${where}:${number}`
    if (!isLfwPair(line)) {
      throw new InputError(`'${line}' is no pair`, place(), "write 'name n1 n2' or 'name1 n1 name2 n2'")
    }
    const fields = line.split(/\s+/)
    const same = fields.length === 3
    if (hasHeader && same !== count % (2 * half) < half) {
      throw new InputError(
        `a pair of ${same ? 'one person' : 'two people'} is out of its place: the first line promises ${half} of one person, then ${half} of two${folds > 1 ? ', in each fold' : ''}`,
        place(),
        'mend the first line or the order',
      )
    }
    const second = same ? imagePath(fields[0], fields[2]) : imagePath(fields[2], fields[3])
    const fold = head.length === 2 ? Math.floor(count / (2 * half)) : undefined
    builder.add(imagePath(fields[0], fields[1]), second, same, fold, place)
    count++
  }
  if (hasHeader && count !== folds * 2 * half) {
    throw new InputError(
      `the first line promises ${folds * 2 * half} pairs, ${count} follow`,
      where,
      'copy the list again',
    )
  }
  return builder.build(where)
}

export const lfwPairs = listFormat({
  id: 'lfw-pairs',
  hint: "LFW's pair list",
  endings: ['txt'],
  recognise: ({ lines: [first = '', second = ''] }) =>
    isLfwPair(first) || (isLfwHeader(first) && isLfwPair(second)),
  parse: parseLfwPairs,
})
