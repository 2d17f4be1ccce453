import { InputError } from '../errors.js'
import { searchOf, separability } from '../measures/separability.js'
import {
  type SeparabilityOptions,
  separabilityCounts,
  type ThresholdCounts,
} from '../metrics/separability-counts.js'
import type { Provider } from '../onnx/providers.js'
import { type FeatureRows, kernelOn } from '../products/index.js'
import type { Progress } from '../progress.js'
import { printColumns, printSentence } from './fitted-output.js'
import { readFeatureRows } from './metrics-inputs.js'
import { optionsOf, type Shown } from './option-flags.js'
import { printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

/** What looked was what made the features. */
export const SHOWN: Shown = { told: ['recognisers'], flags: { thresholds: '--threshold <similarity>' } }

/** The flags of `metrics separability` that counting looks at. */
export interface CountFlags {
  readonly provider: Provider
  readonly chart?: string
  readonly images?: string[]
  readonly sheet?: string
  readonly nearest?: boolean
  readonly allPairs?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** What both searches are told; begins to show progress. */
export async function searchOptions(
  file: string,
  features: FeatureRows,
  flags: CountFlags,
  progress: Progress,
): Promise<SeparabilityOptions> {
  const { rows } = features.matrix
  const options = optionsOf(separability.options, flags, SHOWN, { recognisers: [file] })
  const search = await searchOf(options, rows)
  const kernel = await kernelOn(flags.provider)
  progress.start(file, (rows * (rows - 1)) / 2, 'pairs')
  return { ...search, kernel, where: file, onPairs: (done) => progress.update(done) }
}

/** `--counts-only`: the counts of each file, printed. @throws InputError where more is asked for */
export async function countOnly(files: readonly string[], flags: CountFlags): Promise<void> {
  const other = (['chart', 'images', 'sheet', 'nearest', 'allPairs'] as const).find(
    (name) => flags[name] !== undefined,
  )
  if (other !== undefined)
    throw new InputError(
      `--${other.replace('P', '-p')} needs more than counts`,
      '--counts-only',
      'leave out one of the two',
    )
  const progress = terminalProgress(flags.quiet)
  const reports = []
  for (const file of files) {
    const features = await readFeatureRows(file)
    const counts = await separabilityCounts(
      features,
      await searchOptions(file, features, flags, progress),
    ).finally(() => progress.stop())
    reports.push(reportCounts(file, features.matrix.rows, counts))
  }
  if (flags.json === true) return printJson(reports.length === 1 ? reports[0] : reports)
  for (const { file, identities, thresholds } of reports) {
    printSentence(`${file}: ${identities} identities`)
    printCounts(identities, thresholds)
  }
}

/** The counts as JSON has them. */
export function reportCounts(file: string, identities: number, counts: readonly ThresholdCounts[]) {
  const [{ threshold, separable, unique }] = counts
  return { file, identities, threshold, separable, unique, thresholds: counts }
}

/** The counts as a table. */
export function printCounts(identities: number, counts: readonly ThresholdCounts[]): void {
  const percent = (count: number): string => `${((100 * count) / identities).toFixed(2)} %`
  const rows = counts.map(({ threshold, separable, unique }) => {
    const last = unique.at(-1)?.count ?? 0
    return [
      `below ${threshold}`,
      `${separable} separable`,
      percent(separable),
      `${last} unique`,
      percent(last),
    ]
  })
  printColumns(rows, { wrapped: 0, indent: 2 })
}
