import { InputError } from '../errors.js'

/** @throws InputError unless both sets have features of one width */
export function requireSameWidth(a: number, b: number, whereA: string, whereB: string): void {
  if (a !== b) {
    throw new InputError(
      `features of ${a} numbers against features of ${b}`,
      `${whereA} and ${whereB}`,
      'make both with the same feature model',
    )
  }
}

/** @throws InputError where features to search have another width than those that are searched among */
export function requireWidthOf(found: number, known: number, what: string, where: string): void {
  if (found === known) return
  throw new InputError(
    `features of ${found} numbers, the ${what} have ${known}`,
    where,
    'extract both with the same recogniser',
  )
}
