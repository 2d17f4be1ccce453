import { styleText } from 'node:util'

/** Writes a line of results to stdout. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Writes a line for the person who waits to stderr. */
export function log(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Writes JSON to stdout. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2))
}

/** Bold on a terminal; plain where NO_COLOR is set or stdout is a file. */
export function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}

/** Columns of text, as wide as their widest cell; the first is flush left, numbers flush right. */
export function alignColumns(rows: readonly (readonly string[])[], flushLeft = 1): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, i) => (i < flushLeft ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  )
}
