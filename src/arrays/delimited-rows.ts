import type Papa from 'papaparse'
import { onDemand } from '../on-demand.js'

const papa = onDemand<typeof Papa>('papaparse')

/** Characters that are parsed at a time, about. */
const PIECE = 2 ** 20

/** How cells are told apart. */
export interface Delimited {
  /** found in the first rows where it is left out */
  readonly delimiter?: string
  /** what lines begin with that are passed over */
  readonly comments?: string
}

/**
 * Hands over the rows of delimited text that are not blank, until it is told to stop. Text without quotes is parsed a piece
 * at a time: papaparse makes a list of all its lines, which takes ten times the memory of short ones.
 * @param visit a row's cells, and what is wrong with its quotes; returns whether to go on
 */
export function eachRow(
  text: string,
  { delimiter, comments }: Delimited,
  visit: (cells: string[], broken: string | undefined) => boolean,
): void {
  let found = delimiter
  let goesOn = true
  for (const piece of text.includes('"') ? [text] : piecesOf(text)) {
    papa().parse<string[]>(piece, {
      ...(found !== undefined && { delimiter: found }),
      ...(comments !== undefined && { comments }),
      skipEmptyLines: 'greedy',
      step({ data, errors, meta }, parser) {
        found ??= meta.delimiter
        goesOn = visit(data, errors.find(({ type }) => type === 'Quotes')?.message)
        if (!goesOn) parser.abort()
      },
    })
    if (!goesOn) return
  }
}

/** Text cut behind line feeds. */
function* piecesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start + PIECE)
    const end = found < 0 ? text.length : found + 1
    yield text.slice(start, end)
    start = end
  }
}
