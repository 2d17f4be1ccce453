import { join } from 'node:path'
import type { Command } from 'commander'
import { writeDurably } from '../bytes/files.js'
import { Doubts } from '../doubts/doubts.js'
import { InputError } from '../errors.js'
import type { Asked, Found, Measure } from '../measures/measure.js'
import { metricWords } from '../measures/metric-words.js'
import type { Metric } from '../results/metric.js'
import { NO_CATALOGUE } from '../run/catalogue.js'
import { datasetDoubts } from '../run/dataset-doubts.js'
import { Inputs } from '../run/inputs.js'
import { laboratoryOf, takeAll } from '../run/laboratory.js'
import { MeasuredDataset } from '../run/measured-dataset.js'
import type { DatasetReading, Sources } from '../run/sources.js'
import { addDatasetOptions, type DatasetFlags } from './dataset-options.js'
import { printColumns } from './fitted-output.js'
import { interruptedRunGoesOn } from './interruption.js'
import { measureHelp } from './measure-help.js'
import { addOptionFlags, optionsOf } from './option-flags.js'
import {
  cacheOption,
  jsonOption,
  type NetworkFlags,
  providerOption,
  quietOption,
  sessionOf,
  threadsOption,
  wholeNumber,
} from './options.js'
import { log, print, printJson } from './output.js'
import { outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface Flags extends NetworkFlags, DatasetFlags {
  readonly seed: number
  readonly cache: string
  readonly pictures?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** On the command line, models and datasets go by their paths. */
function pathSources(reading: DatasetReading): Sources {
  return {
    model: async (path) => path,
    testSet: async (path) => ({ path, demo: false }),
    dataset: async (path) => ({ path, demo: false, reading }),
  }
}

/** The command of a measurement, made of what the measurement says of itself. */
export function registerMeasure(metrics: Command, measure: Measure): void {
  const command = metrics
    .command(measure.command)
    .argument('<dataset>', 'image folders, WebDataset, RecordIO or LMDB')
    .summary(measure.summary)
    .description(`${measure.title}: ${measure.summary}.`)
  addDatasetOptions(addOptionFlags(command, measure.options))
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .option('--seed <n>', 'what all random numbers come from', wholeNumber(0), 0)
    .addOption(cacheOption())
    .addOption(outputFolder('--pictures <folder>', 'where the pictures go, where it gives any'))
    .addHelpText('after', measureHelp(measure))
    .action((dataset: string, flags: Flags) => run(measure, dataset, flags))
}

async function run(measure: Measure, path: string, flags: Flags): Promise<void> {
  const asked = measure.ask(optionsOf(measure.options, flags))
  if (asked === undefined) throw new InputError('nothing is asked for', measure.command)
  const refusal = asked.refuses({ generated: false })
  if (refusal !== undefined) throw new InputError(refusal, measure.command)
  interruptedRunGoesOn()
  const found = await measured(asked, path, flags)
  const pictures = await writePictures(found, measure, flags.pictures)
  const { metrics = [], curves = [], notes = [] } = found
  if (flags.json === true) {
    printJson({
      dataset: path,
      measure: measure.id,
      options: asked.options,
      metrics,
      curves,
      notes,
      pictures,
    })
    return
  }
  const rows = metrics.map((metric) => [
    metricWords(metric),
    ...numberOf(metric),
    metric.count === undefined ? '' : `of ${metric.count}`,
  ])
  printColumns(rows, { wrapped: 0 })
  for (const picture of pictures) print(picture)
  for (const note of notes) log(`note: ${note}`)
}

/** With more digits than a report has, and its standard error. Shares are shown in percent. */
function numberOf({ value, unit, standardError }: Metric): [value: string, error: string] {
  const scale = unit === 'share' ? 100 : 1
  const shown = Number((scale * value).toPrecision(6))
  const said = unit === 'share' ? '%' : unit
  return [
    said === undefined ? `${shown}` : `${shown} ${said}`,
    standardError === undefined ? '' : `+- ${(scale * standardError).toPrecision(3)}`,
  ]
}

async function measured(asked: Asked, path: string, flags: Flags): Promise<Found> {
  const { seed, cache: cacheFolder, quiet } = flags
  const progress = terminalProgress(quiet)
  const supply = { cacheFolder, progress }
  const inputs = new Inputs({
    sources: pathSources(readingOf(flags)),
    supply,
    catalogue: NO_CATALOGUE,
  })
  await inputs.find([asked])
  const options = { supply, seed, progress, log, session: sessionOf(flags) }
  const laboratory = laboratoryOf(inputs, options, undefined)
  const subject = new MeasuredDataset(path, path, true, laboratory, undefined, readingOf(flags))
  try {
    const [found] = await takeAll([asked], subject, inputs, options)
    const doubts = await datasetDoubts(
      { id: path, open: () => subject.dataset() },
      inputs.models,
      found.metrics ?? [],
    )
    new Doubts(({ text }) => log(`warning: ${text}`)).add(doubts)
    const leftOut = await subject.leftOut()
    return { ...found, notes: [...(leftOut?.notes ?? []), ...(found.notes ?? [])] }
  } finally {
    await subject.close()
    await laboratory.close()
  }
}

/** How the dataset, and those that it is compared with, are read. */
function readingOf({ skipUnreadable, imageField }: DatasetFlags): DatasetReading {
  return {
    ...(skipUnreadable !== undefined && { skipUnreadable }),
    ...(imageField !== undefined && { imageField }),
  }
}

async function writePictures(found: Found, { id }: Measure, folder: string | undefined): Promise<string[]> {
  const { pictures = [] } = found
  if (pictures.length > 0 && folder === undefined)
    throw new InputError('pictures need a place', '--pictures', 'name a folder')
  const paths: string[] = []
  for (const [i, { type, data }] of pictures.entries()) {
    const path = join(folder ?? '', `${id}-${i + 1}.${type.slice('image/'.length)}`)
    await writeDurably(path, Buffer.from(data, 'base64'))
    paths.push(path)
  }
  return paths
}
