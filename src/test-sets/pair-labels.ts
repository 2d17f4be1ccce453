import type { Log } from '../arrays/row-file.js'
import { readValues, type Values } from '../arrays/value-list.js'
import { InputError } from '../errors.js'
import { printable } from '../printable.js'

const SAME = ['1', 'true', 'same', 'yes']
const DIFFERENT = ['0', 'false', 'different', 'diff', 'no']

/** Names under which a column of labels is understood, the one to use first. */
export const LABEL_COLUMNS = [
  'same',
  'is_same',
  'issame',
  'label',
  'labels',
  'match',
  'actual_issame',
] as const

/** 1 for the same person, 0 for different ones, -1 for -1, undefined for what is no label. */
function labelOf(value: number | string): number | undefined {
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase()
    if (SAME.includes(word)) return 1
    if (DIFFERENT.includes(word)) return 0
    // `1.000000000000000000e+00`, as numpy.savetxt writes it.
    return /^[+-]?\d{1,20}(\.\d{0,40})?(e[+-]?\d{1,3})?$/.test(word) ? labelOf(Number(word)) : undefined
  }
  return value === 1 || value === 0 || value === -1 ? value : undefined
}

/**
 * Labels of pairs, 1 for the same person and 0 for different ones: numbers (1, 1.0) or words (True, same, yes). -1 is
 * read as different where it stands beside 1 and there is no 0; otherwise it may mean that a pair has no label, or
 * true, as Visual Basic writes it.
 * @param place what a message calls the value at an index
 * @throws InputError where one is no label, or it isn't clear what -1 means
 */
export function pairLabels(values: Values, where: string, place?: (index: number) => string): Uint8Array {
  const labels = new Int8Array(values.length)
  const at = [-1, -1, -1]
  for (let i = 0; i < values.length; i++) {
    const label = labelOf(values[i])
    if (label === undefined) {
      const value = printable(String(values[i]), 40)
      throw new InputError(
        place === undefined ? `label ${i + 1} is '${value}'` : `'${value}' is no label`,
        place?.(i) ?? where,
        `write one of ${[...SAME, ...DIFFERENT].map((word) => `'${word}'`).join(', ')}`,
      )
    }
    labels[i] = label
    at[label + 1] = at[label + 1] < 0 ? i : at[label + 1]
  }
  const [minus, zero, one] = at
  if (minus >= 0 && (zero >= 0 || one < 0)) {
    throw new InputError(
      `label ${minus + 1} is -1${zero >= 0 ? `, label ${zero + 1} is 0` : ''}: different, or not known?`,
      place?.(minus) ?? where,
      'write 1 for the same person, 0 for different ones, and leave pairs out that have no label',
    )
  }
  return Uint8Array.from(labels, (label) => (label === 1 ? 1 : 0))
}

/**
 * Reads one label a pair: an array of booleans, whole numbers or floats, or text (see {@link pairLabels}).
 * @param pairs how many there should be, where it is known
 * @throws InputError
 */
export async function readPairLabels(path: string, pairs?: number, log?: Log): Promise<Uint8Array> {
  return pairLabels(await readValues(path, listOptions(pairs, log)), path)
}

function listOptions(pairs: number | undefined, log?: Log) {
  return {
    names: LABEL_COLUMNS,
    isValue: (word: string) => labelOf(word) !== undefined,
    ...(pairs !== undefined && { expected: pairs }),
    ...(log !== undefined && { log }),
  }
}
