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
