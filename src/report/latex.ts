import type { Cell, ComparisonTable } from './comparison-table.js'
import { footnotes } from './markdown.js'
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
  '·': '\\textperiodcentered{}',
  '×': '$\\times$',
  '−': '$-$',
  '–': '--',
  '±': '$\\pm$',
}

/** Text as LaTeX prints it; what pdflatex's own fonts lack becomes a question mark. */
export function escapeLatex(text: string): string {
  return text
    .replace(/[\\&%$#_{}~^†·×−–±]/g, (character) => SPECIAL[character])
    .replace(/[^\u0020-\u00ff]/g, '?')
}

function cellText(cell: Cell): string {
  if (cell.measured !== undefined) {
    const number = cell.best ? `\\textbf{${percent(cell.measured)}}` : percent(cell.measured)
    const value = cell.doubts.length > 0 ? `${number}?` : number
    return cell.paper === undefined ? value : `${value} {\\scriptsize(${percent(cell.paper)})}`
  }
  return cell.paper === undefined ? '--' : `\\textit{${percent(cell.paper)}}\\textdagger{}`
}

/** A comparison table as a booktabs `table` environment; needs `\usepackage{booktabs}`. */
export function tableToLatex(table: ComparisonTable): string {
  const heads = ['', ...table.labelHeads, ...table.heads].map(escapeLatex)
  const notes = footnotes(table)
  if (table.hasMeasured && table.hasPaper) notes.push("In brackets: the paper's figure.")
  return [
    '% needs \\usepackage{booktabs}',
    '\\begin{table}',
    '  \\centering',
    ...(table.heads.length + table.labelHeads.length > 5 ? ['  \\small\\setlength{\\tabcolsep}{3pt}'] : []),
    `  \\caption{${escapeLatex([table.title, ...notes].map((note) => note.replace(/\.$/, '')).join('. '))}.}`,
    `  \\label{tab:${table.id}}`,
    `  \\begin{tabular}{l${'l'.repeat(table.labelHeads.length)}${'r'.repeat(table.heads.length)}}`,
    '    \\toprule',
    `    ${heads.join(' & ')} \\\\`,
    '    \\midrule',
    ...table.rows.map(
      (row) =>
        `    ${[
          escapeLatex(`${row.name}${row.demo ? ' (demo)' : ''}`),
          ...row.labels.map(escapeLatex),
          ...row.cells.map(cellText),
        ].join(' & ')} \\\\`,
    ),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n')
}
