import { dirname, join } from 'node:path'
import { plainFileName } from '../bytes/file-name.js'
import { createFolder, writeDurably } from '../bytes/files.js'
import type { Results } from '../results/schema.js'
import { drawFigures, PICTURE_FORMS, shrinkPicture } from './chart-image.js'
import { anyEvidence, checkClaims } from './claims/claims.js'
import { comparisonTables } from './comparison-table.js'
import { tableToCsv } from './csv.js'
import { differencesOf } from './differences.js'
import { figuresOf } from './figures/list.js'
import { type LatexOptions, tableToLatex } from './latex.js'
import { tableToMarkdown } from './markdown.js'
import { reportToMarkdown } from './markdown-report.js'
import { mergeResults } from './merge.js'
import { chosenTables, requireNumbers } from './number-tables.js'
import { type DrawnFigure, renderPage } from './page/page.js'

export const REPORT_FORMS = ['html', 'markdown', 'latex', 'csv', 'png', 'svg', 'pdf'] as const
export type ReportForm = (typeof REPORT_FORMS)[number]
/** What is rendered where nothing is asked for. */
export const DEFAULT_FORMS: readonly ReportForm[] = ['html', 'markdown', 'latex', 'csv', 'png']

export interface RenderOptions {
  /** ids of further numbers that Markdown, LaTeX and CSV show in tables of their own: `auc`, `tar@0.001`, `all`; a page has them all */
  readonly numbers?: readonly string[]
  readonly latex?: LatexOptions
  /** whether a page shows the faces that the results hold; it does by default */
  readonly faces?: boolean
}

/**
 * Renders results, and nothing but results: the same results give the same bytes.
 * @returns the files by their path inside the report's folder
 */
export async function renderReport(
  runs: readonly Results[],
  forms: readonly ReportForm[],
  options: RenderOptions = {},
): Promise<Map<string, string | Buffer>> {
  const merged = mergeResults(options.faces === false ? runs.map(withoutFaces) : runs)
  const tables = comparisonTables(merged)
  const figures = figuresOf(merged, tables)
  const claims = checkClaims(merged)
  const { numbers = [] } = options
  requireNumbers(tables, numbers)
  const all = tables.flatMap((table) => [table, ...chosenTables(table, numbers)])
  const files = new Map<string, string | Buffer>()
  const pictures = forms.includes('html') || forms.includes('png') ? drawFigures(figures) : []
  if (forms.includes('html')) {
    const drawn: DrawnFigure[] = []
    for (const [i, figure] of figures.entries()) {
      // Grouped figures are drawn by the page alone: there are too many to carry their pictures.
      drawn.push(figure.group === undefined ? { figure, png: await shrinkPicture(pictures[i]) } : { figure })
    }
    const judged = tables.map((table) => ({ table, differences: differencesOf(table) }))
    files.set('index.html', renderPage(merged, judged, drawn, claims))
  }
  if (forms.includes('markdown')) {
    files.set(
      'report.md',
      reportToMarkdown(
        merged,
        all.map(tableToMarkdown),
        anyEvidence(claims) ? claims : [],
        forms.includes('png') ? figures : [],
      ),
    )
  }
  for (const table of all) {
    const name = plainFileName(table.id)
    if (forms.includes('latex')) files.set(`tables/${name}.tex`, tableToLatex(table, options.latex))
    if (forms.includes('csv')) files.set(`tables/${name}.csv`, tableToCsv(table))
  }
  for (const form of PICTURE_FORMS.filter((known) => forms.includes(known))) {
    const drawn = form === 'png' ? pictures : drawFigures(figures, form)
    for (const [i, figure] of figures.entries())
      files.set(`figures/${plainFileName(figure.id)}.${form}`, drawn[i])
  }
  return files
}

/** Results to be passed around. */
function withoutFaces(results: Results): Results {
  return {
    ...results,
    evaluations: results.evaluations.map(({ faces: _, ...evaluation }) => evaluation),
    datasets: results.datasets.map((dataset) => ({ ...dataset, pictures: [] })),
  }
}

/** Renders into a folder. @throws InputError where it can't be written */
export async function writeReport(
  runs: readonly Results[],
  folder: string,
  forms: readonly ReportForm[] = DEFAULT_FORMS,
  options: RenderOptions = {},
): Promise<string[]> {
  const paths: string[] = []
  for (const [name, data] of await renderReport(runs, forms, options)) {
    const path = join(folder, name)
    await createFolder(dirname(path))
    await writeDurably(path, data)
    paths.push(path)
  }
  return paths
}
