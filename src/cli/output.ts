import { styleText } from 'node:util'
import { writeDurably } from '../bytes/files.js'
import { printable, printableJson } from '../printable.js'

/** Writes one line of results to stdout. What is no text in it is escaped: names come from anywhere. */
export function print(line = ''): void {
  process.stdout.write(`${printable(line)}\n`)
}

/** Writes one line to stdout, bold on a terminal; plain where NO_COLOR is set or stdout is a file. */
export function printBold(line: string): void {
  process.stdout.write(`${styleText('bold', printable(line), { stream: process.stdout })}\n`)
}

/** Writes several lines to stdout: a document of this program's own making. */
export function printLines(text: string): void {
  for (const line of text.split('\n')) print(line)
}

/** Writes a line for the person who waits to stderr. */
export function log(line: string): void {
  process.stderr.write(`${printable(line)}\n`)
}

/** The file that a command's JSON goes to instead of stdout, and that JSON once it is there. */
let answer: { readonly path: string; readonly alsoPrinted: boolean; text?: string } | undefined

/** From now on what the command would print as JSON is for a file. @param alsoPrinted it is printed, too */
export function keepAnswer(path: string, alsoPrinted: boolean): void {
  answer = { path, alsoPrinted }
}

/** Writes the JSON that was kept, and says where. */
export async function writeAnswer(): Promise<void> {
  if (answer?.text === undefined) return
  await writeDurably(answer.path, answer.text)
  if (!answer.alsoPrinted) print(answer.path)
}

/** Writes JSON to stdout. */
export function printJson(value: unknown): void {
  const text = `${printableJson(JSON.stringify(value, undefined, 2))}\n`
  if (answer !== undefined) answer.text = text
  if (answer === undefined || answer.alsoPrinted) process.stdout.write(text)
}

/** What there is and what each of it is, two columns for help. */
export function titledList(entries: readonly (readonly [name: string, title: string])[]): string {
  return alignColumns(
    entries.map(([name, title]) => [`  ${name}`, title]),
    2,
  ).join('\n')
}

/** Columns of text, as wide as their widest cell; the first is flush left, numbers flush right. */
export function alignColumns(texts: readonly (readonly string[])[], flushLeft = 1): string[] {
  const rows = texts.map((row) => row.map((cell) => printable(cell)))
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
