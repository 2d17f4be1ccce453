import { wrapWords } from './fitted-columns.js'
import { alignColumns } from './output.js'

/**
 * A table within a width. Columns of numbers that find no room follow below, each part with the columns that name its rows;
 * where hardly one of them fits beside those, a row is a paragraph.
 * @param rows the first one is the heads
 * @param names columns that name a row: the first ones
 */
export function foldColumns(rows: readonly (readonly string[])[], names: number, width: number): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  const naming = widths.slice(0, names).reduce((sum, w) => sum + w + 2, 0)
  if (Math.max(...widths.slice(names)) > width - naming) return paragraphs(rows, names, width)
  const parts: number[][] = []
  let room = 0
  for (let column = names; column < widths.length; column++) {
    if (parts.length === 0 || widths[column] > room) {
      parts.push([])
      room = width - naming
    }
    parts[parts.length - 1].push(column)
    room -= widths[column] + 2
  }
  if (parts.length > 2 && parts.length > (widths.length - names) / 2) return paragraphs(rows, names, width)
  return parts.flatMap((columns, i) => [
    ...(i === 0 ? [] : ['']),
    ...alignColumns(
      rows.map((row) => [...row.slice(0, names), ...columns.map((column) => row[column])]),
      names,
    ),
  ])
}

function paragraphs(
  [heads, ...rows]: readonly (readonly string[])[],
  names: number,
  width: number,
): string[] {
  return rows.flatMap((row) => [
    ...wrapWords(row.slice(0, names).join('  '), width),
    ...row.slice(names).map((cell, i) => `  ${heads[names + i]}: ${cell}`),
  ])
}
