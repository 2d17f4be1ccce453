/** A line of a list that is not blank, without the blanks around it. */
export interface ListLine {
  readonly text: string
  /** in the file, from 1 on */
  readonly number: number
}

/** The lines of a list that are not blank, one at a time: a file of 20 MB can have 20 million empty ones. */
export function* listLines(text: string): Generator<ListLine> {
  for (let start = 0, number = 1; start <= text.length; number++) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    const line = end > start ? text.slice(start, end).trim() : ''
    if (line !== '') yield { text: line, number }
    start = end + 1
  }
}
