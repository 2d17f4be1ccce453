import { InputError } from '../errors.js'

/** The paper's dataset sizes (HSFace10K .. HSFace300K), in identities. */
export const SCALES: Readonly<Record<string, number>> = {
  '10k': 10_000,
  '20k': 20_000,
  '100k': 100_000,
  '200k': 200_000,
  '300k': 300_000,
}

/** Reads a number of identities, or the name of one of the paper's scales. @throws InputError */
export function parseScale(text: string, where: string): number {
  const count = SCALES[text.toLowerCase()] ?? (/^\d+$/.test(text) ? Number(text) : Number.NaN)
  if (!Number.isSafeInteger(count) || count < 1 || count >= 2 ** 32) {
    throw new InputError(
      `'${text}' is no number of identities`,
      where,
      `give a whole number above 0, or one of ${Object.keys(SCALES).join(', ')}`,
    )
  }
  return count
}
