/** Whether minutes are short (CI sets QUICK): what takes long, and is held elsewhere in a smaller form, is left out. */
export const QUICK = process.env.QUICK !== undefined

/** All cases of a kind, or where minutes are short as many of the first ones. */
export const someOf = <T>(cases: readonly T[], whenQuick: number): T[] =>
  cases.slice(0, QUICK ? whenQuick : undefined)
