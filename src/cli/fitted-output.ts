import { printable } from '../printable.js'
import { fitColumns, wrapWords } from './fitted-columns.js'
import { foldColumns } from './folded-columns.js'
import { print } from './output.js'

/** Columns of the terminal; no end in a file, whose lines are for other programs: one a row. */
export function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : Number.MAX_SAFE_INTEGER
}

/** Prints columns within the terminal. @param wrapped the column that is wrapped; @param flushLeft columns of words */
export function printColumns(
  rows: readonly (readonly string[])[],
  {
    wrapped,
    flushLeft,
    indent = 0,
  }: { readonly wrapped: number; readonly flushLeft?: number; readonly indent?: number },
): void {
  const fitted = fitColumns(
    rows.map((cells) => ({ cells })),
    terminalWidth() - indent,
    { wrapped, ...(flushLeft !== undefined && { flushLeft }) },
  )
  for (const line of fitted) print(`${' '.repeat(indent)}${line}`.trimEnd())
}

/** Prints a table of numbers, whose first row is the heads: columns without room follow below. @param names columns of words */
export function printFolded(rows: readonly (readonly string[])[], names: number): void {
  const texts = rows.map((row) => row.map((cell) => printable(cell)))
  for (const line of foldColumns(texts, names, terminalWidth())) print(line)
}

/** Prints a line of words, broken between them where the terminal is narrower. */
export function printSentence(text: string): void {
  const [first, ...more] = wrapWords(printable(text), terminalWidth())
  print(first)
  if (more.length > 0) for (const line of wrapWords(more.join(' '), terminalWidth() - 2)) print(`  ${line}`)
}
