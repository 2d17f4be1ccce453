import { plainFileName } from '../bytes/file-name.js'
import type { Cell, ComparisonRow, ComparisonTable } from './comparison-table.js'
import { footnotes, markOf } from './markdown.js'
import { percent } from './numbers.js'

const SPECIAL: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '†': '\\textdagger{}',
  '‡': '\\textdaggerdbl{}',
  '·': '\\textperiodcentered{}',
  '×': '$\\times$',
  '−': '$-$',
  '–': '--',
  '±': '$\\pm$',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
}

/** Text as LaTeX prints it; what pdflatex's own fonts lack becomes a question mark. */
export function escapeLatex(text: string): string {
  return text
    .replace(/[\\&%$#_{}~^†‡·×−–±<>]/g, (character) => SPECIAL[character])
    .replace(/[^\u0020-\u007e\u00a0-\u00ff]/g, '?')
}

/** How a table is set. */
export interface LatexOptions {
  /** as wide as a column of two, or as the page; by default a column where it fits */
  readonly width?: 'column' | 'page'
  /** a line of intervals below each row */
  readonly intervals?: boolean
}

/** Widths of common two-column styles, in points, and about how wide a character of a table's text is. */
const COLUMN = 240
const PAGE = 500
const CHARACTER = 4.4
const GAP = 6
/** How high a line of a table is printed, and what a page has room for. */
const LINE = 9.5
const HEIGHT = 620

/** How wide the table's columns are printed, in points: names and labels together, then each number. */
function widthsOf(
  table: ComparisonTable,
  intervals: boolean,
): { readonly first: number; readonly numbers: number[] } {
  const widest = (texts: readonly string[]): number =>
    Math.max(0, ...texts.map(({ length }) => length)) * CHARACTER + GAP
  const labels = table.labelHeads.map((head, i) => [head, ...table.rows.map((row) => row.labels[i] ?? '')])
  const names = table.rows.map(({ name, demo }) => `${name}${demo ? ' (demo)' : ''}`)
  return {
    first: [names, ...labels].reduce((sum, texts) => sum + widest(texts), 0),
    numbers: table.heads.map((head, column) => {
      const both = table.rows.some(({ cells }) => cells[column].measured && cells[column].paper)
      return widest([head, both ? '98.87 (98.87)'.slice(0, 11) : intervals ? '97.88-98' : '98.87†'])
    }),
  }
}

/** Columns of numbers that fit beside the names, in blocks that are set below each other. */
function blocksOf(table: ComparisonTable, room: number, intervals: boolean): number[][] {
  const { first, numbers } = widthsOf(table, intervals)
  const blocks: number[][] = [[]]
  let used = first
  for (const [column, width] of numbers.entries()) {
    if (used + width > room && blocks[blocks.length - 1].length > 0) {
      blocks.push([])
      used = first
    }
    blocks[blocks.length - 1].push(column)
    used += width
  }
  return blocks
}

function cellText(cell: Cell, mark: string): string {
  if (cell.measured !== undefined) {
    const number = cell.best ? `\\textbf{${percent(cell.measured)}}` : percent(cell.measured)
    const value = cell.doubts.length > 0 ? `${number}?` : number
    return cell.paper === undefined ? value : `${value} {\\scriptsize(${percent(cell.paper)})}`
  }
  return cell.paper === undefined ? '--' : `\\textit{${percent(cell.paper)}}${escapeLatex(mark)}`
}

function intervalText({ low, high }: Cell): string {
  return low === undefined || high === undefined ? '' : `{\\tiny ${percent(low)}--${percent(high)}}`
}

/** What the caption says beside the title: true of what is printed, intervals only where they are. */
function captionOf(table: ComparisonTable, intervals: boolean): string {
  const notes = footnotes(table).map((note) =>
    intervals ? note : note.replace(/ with its [^;:.]* interval over pairs/, ''),
  )
  if (table.hasMeasured && table.hasPaper) notes.push("In brackets: the paper's figure.")
  return [table.title, ...notes].map((note) => note.replace(/\.$/, '')).join('. ')
}

/**
 * A comparison table as a booktabs environment; needs `\\usepackage{booktabs}`. What is wider than the width that is asked
 * for is set in blocks of columns.
 */
export function tableToLatex(table: ComparisonTable, options: LatexOptions = {}): string {
  const intervals = options.intervals === true && table.rows.some(({ cells }) => cells.some(({ low }) => low))
  const width = options.width ?? (blocksOf(table, COLUMN, intervals).length === 1 ? 'column' : 'page')
  const environment = width === 'column' ? 'table' : 'table*'
  const blocks = blocksOf(table, width === 'column' ? COLUMN : PAGE, intervals)
  const tabulars = blocks.map((columns, block) =>
    [
      `  \\begin{tabular}{@{}l${'l'.repeat(table.labelHeads.length)}${'r'.repeat(columns.length)}@{}}`,
      '    \\toprule',
      `    ${['', ...table.labelHeads, ...columns.map((i) => table.heads[i])].map(escapeLatex).join(' & ')} \\\\`,
      '    \\midrule',
      ...table.rows.flatMap((row) => rowLines(row, table, columns, intervals)),
      '    \\bottomrule',
      `  \\end{tabular}${block < blocks.length - 1 ? '\\\\[4pt]' : ''}`,
    ].join('\n'),
  )
  const lines = blocks.length * (table.rows.length * (intervals ? 2 : 1) + 3)
  const isHigh = width === 'column' && lines * LINE > HEIGHT
  return [
    '% needs \\usepackage{booktabs}',
    ...(isHigh ? ['% higher than a page: --latex-width page sets fewer blocks, shorter names do, too'] : []),
    `\\begin{${environment}}`,
    '  \\centering',
    `  \\caption{${escapeLatex(captionOf(table, intervals))}.}`,
    `  \\label{tab:${plainFileName(table.id)}}`,
    '  \\vspace{5pt}\\footnotesize\\setlength{\\tabcolsep}{3pt}',
    ...tabulars,
    `\\end{${environment}}`,
    '',
  ].join('\n')
}

function rowLines(
  row: ComparisonRow,
  { labelHeads }: ComparisonTable,
  columns: readonly number[],
  intervals: boolean,
): string[] {
  const cells = columns.map((column) => row.cells[column])
  const words = [`${row.name}${row.demo ? ' (demo)' : ''}`, ...labelHeads.map((_, i) => row.labels[i] ?? '')]
  const numbers = cells.map((cell) => cellText(cell, markOf(row)))
  const below = cells.map(intervalText)
  const line = `    ${[...words.map(escapeLatex), ...numbers].join(' & ')} \\\\`
  if (!intervals || below.every((text) => text === '')) return [line]
  // An interval stands nearer to its own number than to the next.
  return [`${line}[-3pt]`, `    ${[...words.map(() => ''), ...below].join(' & ')} \\\\[1.5pt]`]
}
