import { printable } from '../printable.js'
import type { Cell, ComparisonRow, ComparisonTable } from './comparison-table.js'
import { percent, signed } from './numbers.js'
import { protocolsOf } from './protocol-words.js'

export function escapeMarkdown(text: string): string {
  return printable(text).replace(/[\\|*_`<>[\]]/g, (character) => `\\${character}`)
}

/** What stands behind a figure that was not measured: whose it is. */
export function markOf({ source }: ComparisonRow): string {
  return source === undefined ? '†' : '‡'
}

function cellText(cell: Cell, mark: string): string {
  const parts: string[] = []
  if (cell.measured !== undefined) {
    const value = `${percent(cell.measured)}${cell.doubts.length > 0 ? '?' : ''}`
    parts.push(cell.best ? `**${value}**` : value)
    if (cell.low !== undefined && cell.high !== undefined)
      parts.push(`[${percent(cell.low)}, ${percent(cell.high)}]`)
    if (cell.paper !== undefined)
      parts.push(`(paper ${percent(cell.paper)}, ${signed(cell.measured - cell.paper)})`)
    if (cell.file !== undefined) parts.push(escapeMarkdown(`file ${cell.file}`))
  } else if (cell.paper !== undefined) {
    parts.push(`*${percent(cell.paper)}*${mark}`)
  }
  return parts.join(' ')
}

/** A comparison table in GitHub's Markdown. */
export function tableToMarkdown(table: ComparisonTable): string {
  const heads = ['', ...table.labelHeads, ...table.heads]
  const lines = [
    `### ${escapeMarkdown(table.title)}`,
    '',
    `| ${heads.map(escapeMarkdown).join(' | ')} |`,
    `| --- | ${[...table.labelHeads.map(() => '---'), ...table.heads.map(() => '---:')].join(' | ')} |`,
    ...table.rows.map(
      (row) =>
        `| ${[`${escapeMarkdown(row.name)}${row.demo ? ' (demo)' : ''}`, ...row.labels.map(escapeMarkdown), ...row.cells.map((cell) => cellText(cell, markOf(row)))].join(' | ')} |`,
    ),
    '',
    ...footnotes(table).map(escapeMarkdown),
  ]
  return lines.join('\n')
}

/** What the marks of a table mean. */
export function footnotes(table: ComparisonTable): string[] {
  const { number } = table
  if (number !== undefined) {
    const bold =
      number.better === 'neither'
        ? ''
        : `; bold: ${number.better === 'higher' ? 'highest' : 'lowest'} of the column`
    const [first, ...rest] = number.means
    return [`${first.toUpperCase()}${rest.join('')}${number.unit === '%' ? ', in percent' : ''}${bold}.`]
  }
  const notes: string[] = []
  if (table.caption !== '') notes.push(table.caption)
  if (table.hasMeasured) {
    const levels = table.levels.map((level) => `${level * 100} %`).join(' or ')
    const kinds = [
      ...(table.seeds.length > 0
        ? [`the mean of ${table.seeds.join(' or ')} seeds with its 95 % interval over seeds (Student's t)`]
        : []),
      ...(levels === '' ? [] : [`one recogniser's with its ${levels} interval over pairs`]),
    ]
    const what =
      table.seeds.length > 0 ? `: ${kinds.join(', or ')}` : ` with its ${levels} interval over pairs`
    notes.push(`Measured accuracy in percent${what}; bold: highest measured of the column.`)
  }
  if (table.parts.length > 0) notes.push(`Parts of test sets: ${table.parts.join('; ')}.`)
  if (table.leftOut.length > 0) notes.push(`Left out as unreadable: ${table.leftOut.join('; ')}.`)
  const doubts = table.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell.doubts))
  for (const doubt of new Set(doubts)) notes.push(`? doubted: ${doubt}`)
  notes.push(...protocolsOf(table))
  const quoted = table.rows.some(({ cells, source }) =>
    cells.some((cell) => source === undefined && cell.measured === undefined && cell.paper !== undefined),
  )
  if (quoted) notes.push(`† the paper's figure (${table.source}), not measured here.`)
  const later = [...new Set(table.rows.flatMap(({ source }) => source ?? []))]
  if (later.length > 0) notes.push(`‡ figures of later work, not measured here: ${later.join('; ')}.`)
  notes.push(...table.conflicts.map(({ text }) => `The authors' pages disagree: ${text}`))
  return notes
}
