import { printable } from '../printable.js'

/** Of a wrapped column at least this much: with less, its rows are stacked. */
const NARROWEST = 24
const GAP = '  '

/** How wide lines may be: the terminal's columns, or what a log or a paper shows. */
export function outputWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : 100
}

/** A row of a table that is as wide as it may be. */
export interface FittedRow {
  readonly cells: readonly string[]
  /** said below it */
  readonly note?: string
}

/**
 * Columns of text within a width. One column takes the room that the others leave and is wrapped between words; where that
 * is too little, its text stands on lines of its own.
 * @param wrapped the column that is wrapped
 * @param flushLeft columns of words: the first ones, and the wrapped one
 */
export function fitColumns(
  rows: readonly FittedRow[],
  width: number,
  { wrapped, flushLeft = wrapped + 1 }: { readonly wrapped: number; readonly flushLeft?: number },
): string[] {
  const texts = rows.map(({ cells }) => cells.map((cell) => printable(cell)))
  const count = Math.max(0, ...texts.map((cells) => cells.length))
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(...texts.map((cells) => cells[i]?.length ?? 0)),
  )
  const others = widths.reduce((sum, w, i) => sum + (i === wrapped ? 0 : w + GAP.length), 0)
  const room = width - others
  widths[wrapped] = Math.min(widths[wrapped], room)
  return rows.flatMap(({ note }, at) => {
    const below = note ? wrapWords(printable(note), width - 4).map((line) => `    ${line}`) : []
    if (room < Math.min(NARROWEST, width)) return [...stacked(texts[at], wrapped, width), ...below]
    const lines = wrapWords(texts[at][wrapped] ?? '', room)
    const first = widths.map((w, i) => {
      const cell = i === wrapped ? lines[0] : (texts[at][i] ?? '')
      return i < flushLeft || i === wrapped ? cell.padEnd(w) : cell.padStart(w)
    })
    const indent = widths.slice(0, wrapped).reduce((sum, w) => sum + w + GAP.length, 0)
    const rest = lines.slice(1).map((line) => ' '.repeat(indent) + line)
    return [first.join(GAP).trimEnd(), ...rest, ...below]
  })
}

/** The columns before the wrapped one name the row, and stand above it. */
function stacked(cells: readonly string[], wrapped: number, width: number): string[] {
  const filled = (part: readonly string[]) => part.filter((cell) => cell !== '').join(GAP)
  const others = filled(cells.filter((_, i) => i !== wrapped))
  const text = cells[wrapped] ?? ''
  const [above, below] = wrapped === 0 ? [text, others] : [others, text]
  const lines = (part: string, most: number) => (part === '' ? [] : wrapWords(part, most))
  return [...lines(above, width), ...lines(below, width - GAP.length).map((line) => `${GAP}${line}`)]
}

/** Lines of at most a width, broken between words; a word that is longer is broken itself. */
export function wrapWords(text: string, width: number): string[] {
  const most = Math.max(1, width)
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= most) {
      lines[lines.length - 1] = longer
      continue
    }
    const pieces = word.match(new RegExp(`.{1,${most}}`, 'gu')) ?? ['']
    if (line === '') lines.pop()
    lines.push(...pieces)
  }
  return lines.map((line) => line.trimEnd())
}
