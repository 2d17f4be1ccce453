import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { plainFileName } from '../bytes/file-name.js'
import { DEFAULT_FORMS, REPORT_FORMS, type ReportForm, writeReport } from '../report/render.js'
import { readRuns } from '../results/runs.js'
import { jsonOption } from './options.js'
import { print, printJson } from './output.js'
import { outputFolder, prepareFolder } from './output-option.js'

const EXAMPLES = `
Examples:
  $ vec2face-bench report results/table1.json --out reports/table1
  Two runs in one table (rows of one column measured on different files are told apart):
  $ vec2face-bench report mine.json theirs.json --out reports/both
  Only what a paper needs:
  $ vec2face-bench report results/table1.json --form latex pdf --numbers tar eer --latex-intervals`

interface ReportFlags {
  readonly out?: string
  readonly form?: ReportForm[]
  readonly numbers?: string[]
  readonly latexWidth?: 'column' | 'page'
  readonly latexIntervals?: boolean
  readonly faces: boolean
  readonly json?: boolean
}

/** `report`: renders results. */
export function registerReport(program: Command): void {
  program
    .command('report')
    .argument('<results...>', 'results JSON of one or several runs')
    .summary('render results as HTML, Markdown, LaTeX, CSV and pictures')
    .description(
      'Renders results, and nothing but results, as a self-contained page, Markdown, LaTeX, CSV, and its charts as PNG, SVG and PDF.',
    )
    .addOption(outputFolder('--out <folder>', 'where the report goes (default: reports/NAME)'))
    .addOption(
      new Option('--form <form...>', `what to render (default: ${DEFAULT_FORMS.join(', ')})`).choices([
        ...REPORT_FORMS,
      ]),
    )
    .option(
      '--numbers <name...>',
      'of Markdown, LaTeX and CSV: tables of further numbers: deviation, auc, eer, tar, tar@0.001, threshold, all',
    )
    .addOption(
      new Option(
        '--latex-width <width>',
        'of LaTeX tables: one column of two, or the page (default: a column where it fits)',
      ).choices(['column', 'page']),
    )
    .option('--latex-intervals', 'of LaTeX tables: a line of intervals below each row')
    .option('--no-faces', 'leave out the faces that the results hold: a page to pass around')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(report)
}

async function report(files: string[], flags: ReportFlags): Promise<void> {
  const runs = (await readRuns(files)).map(({ results }) => results)
  const folder = flags.out ?? join('reports', plainFileName(runs[0].name))
  await prepareFolder(folder)
  const { form, numbers, latexWidth, latexIntervals, faces } = flags
  const paths = await writeReport(runs, folder, form, {
    ...(numbers && { numbers }),
    faces,
    latex: {
      ...(latexWidth && { width: latexWidth }),
      ...(latexIntervals && { intervals: latexIntervals }),
    },
  })
  if (flags.json === true) printJson({ files: paths })
  else for (const path of paths) print(path)
}
