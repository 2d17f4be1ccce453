import { availableParallelism } from 'node:os'
import { basename, extname } from 'node:path'
import { type Command, Option } from 'commander'
import { exists } from '../bytes/files.js'
import { InputError } from '../errors.js'
import type { Measure } from '../measures/measure.js'
import { speed as measurement, timed } from '../measures/speed.js'
import { type SpeedResult, speedRatio } from '../metrics/speed.js'
import { descriptorPath, loadModel } from '../models/model.js'
import { peakMemory } from '../models/peak-memory.js'
import {
  generatorPipeline,
  openPipeline,
  type Pipeline,
  readPipeline,
  type TimedPipeline,
} from '../models/pipeline.js'
import type { Provider } from '../models/session.js'
import { beginning, provenanceOf } from '../run/provenance.js'
import { printFolded, printSentence } from './fitted-output.js'
import { measureHelp } from './measure-help.js'
import { addOptionFlags, optionsOf, type Shown } from './option-flags.js'
import {
  collect,
  jsonOption,
  providerOption,
  quietOption,
  realNumber,
  threadsOption,
  wholeNumber,
} from './options.js'
import { printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

interface SpeedFlags {
  model?: string[]
  pipeline?: string[]
  fid?: number[]
  seed: number
  provider: Provider
  threads?: number
  memory: boolean
  json?: boolean
  quiet?: boolean
}

/** One row of the table. */
interface SpeedRow extends SpeedResult {
  readonly steps: number
  readonly parameters: number
  readonly bytes: number
  /** most bytes of a process that makes two batches with this generator alone */
  readonly peakMemory?: number
  /** given with --fid, not measured here */
  readonly fid?: number
  /** how many times the speed of the slowest */
  readonly ratio: { readonly ratio: number; readonly low: number; readonly high: number }
}

const EXAMPLES = `
Examples:
  Two generators side by side:
    $ vec2face-bench metrics speed --model vec2face.onnx --model other.onnx --batch 8

  A diffusion model of 50 steps is a pipeline; FIDs measured elsewhere complete the paper's table:
    $ vec2face-bench metrics speed --model vec2face.onnx --pipeline ddim50.yaml --fid 12.1 --fid 14.3

  ddim50.yaml:
    name: DDIM, 50 steps
    stages:
      - model: denoiser.onnx
        repeats: 50
      - model: decoder.onnx

Inputs are made up: a network's time depends on their shapes. Compare within one run only.`

/** Several pipelines and networks may be given, at one batch size, and the peak memory is told unless it is declined. */
const SHOWN: Shown = { told: ['pipeline', 'memory'], flags: { batches: '--batch <n>' } }

/** Adds `metrics speed`. */
export function registerMetricsSpeed(metrics: Command, measure: Measure): void {
  const command = metrics
    .command(measure.command)
    .summary(measure.summary)
    .description(
      'Times generators side by side in one run: interleaved, after warm-up, with median and spread; and their size.',
    )
    .option('--model <file>', 'an ONNX file; may be repeated', collect)
    .option('--pipeline <file>', 'a generator of several networks, in YAML; may be repeated', collect)
    .addOption(
      new Option('--fid <value>', "a generator's FID for the table: one a generator, models first").argParser(
        (text, earlier: number[] = []) => [...earlier, realNumber(0, Number.POSITIVE_INFINITY)(text)],
      ),
    )
  addOptionFlags(command, measure.options, SHOWN)
    .addOption(
      new Option('--seed <n>', 'seed of the order and the inputs')
        .argParser(wholeNumber(0, 100_000))
        .default(0),
    )
    .option('--no-memory', 'leave out the peak memory (each generator is loaded once more for it)')
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', `${EXAMPLES}\n${measureHelp(measure)}`)
    .action(speedCommand)
}

async function speedCommand(flags: SpeedFlags): Promise<void> {
  const started = beginning()
  const pipelines = [
    ...(await Promise.all((flags.model ?? []).map(pipelineOf))),
    ...(await Promise.all((flags.pipeline ?? []).map(readPipeline))),
  ]
  if (pipelines.length === 0) {
    throw new InputError('there is nothing to time', '', 'give --model FILE.onnx or --pipeline FILE.yaml')
  }
  const fids = flags.fid ?? []
  if (fids.length > 0 && fids.length !== pipelines.length) {
    throw new InputError(`${fids.length} FIDs for ${pipelines.length} generators`, '--fid', 'give one each')
  }
  const { seed, provider, threads = availableParallelism(), memory: wantsMemory } = flags
  const options = optionsOf(measurement.options, flags, SHOWN, { memory: wantsMemory })
  const { batches, repeats, warmUp } = options
  const batch = batches[batches.length - 1]
  const memory: number[] = []
  if (wantsMemory) {
    for (const pipeline of pipelines) {
      memory.push(await peakMemory({ pipeline, batch, options: { provider, threads } }))
    }
  }
  const opened: TimedPipeline[] = []
  try {
    for (const pipeline of pipelines) {
      opened.push(await openPipeline(pipeline, batch, { provider, threads, seed }))
    }
    const progress = terminalProgress(flags.quiet === true)
    progress.start('timing', repeats + warmUp, 'rounds')
    const results = await timed(opened, options, { seed, onRound: (n) => progress.update(n) })
    progress.stop()
    const rows = speedRows(opened, results, fids, memory)
    if (flags.json === true) {
      const provenance = provenanceOf({ started, provider, threads, command: process.argv.slice(2) })
      printJson({ batch, repeats, warmUp, generators: rows, provenance })
    } else {
      printTable(rows, `batch ${batch}, ${threads} threads, ${provider}, ${repeats} calls each`)
    }
  } finally {
    for (const pipeline of opened) await pipeline.close()
  }
}

function speedRows(
  pipelines: readonly TimedPipeline[],
  results: readonly SpeedResult[],
  fids: readonly number[],
  memory: readonly number[],
): SpeedRow[] {
  const slowest = results.reduce((a, b) => (b.secondsPerImage > a.secondsPerImage ? b : a))
  return results.map((result, i) => ({
    ...result,
    steps: pipelines[i].steps,
    parameters: pipelines[i].parameters,
    bytes: pipelines[i].bytes,
    ...(memory.length > 0 && { peakMemory: memory[i] }),
    ...(fids.length > 0 && { fid: fids[i] }),
    ratio: speedRatio(result, slowest),
  }))
}

type Column = readonly [head: string, cell: (row: SpeedRow) => string | undefined]

function printTable(rows: readonly SpeedRow[], conditions: string): void {
  const all: Column[] = [
    ['generator', ({ name }) => name],
    ['networks', ({ steps }) => String(steps)],
    ['parameters', ({ parameters }) => `${(parameters / 1e6).toFixed(2)} M`],
    ['MB', ({ bytes }) => (bytes / 1e6).toFixed(1)],
    ['peak MB', ({ peakMemory }) => (peakMemory === undefined ? undefined : (peakMemory / 1e6).toFixed(0))],
    ['ms/image', ({ secondsPerImage }) => milliseconds(secondsPerImage)],
    ['interval', ({ interval }) => `${milliseconds(interval.low)} .. ${milliseconds(interval.high)}`],
    ['MAD', ({ spread }) => milliseconds(spread)],
    ['images/s', ({ imagesPerSecond }) => imagesPerSecond.toPrecision(4)],
    ['ratio', ({ ratio }) => `${ratio.ratio.toFixed(2)}x`],
    ['FID', ({ fid }) => fid?.toFixed(2)],
  ]
  const columns = all.filter(([, cell]) => rows.some((row) => cell(row) !== undefined))
  const table = rows.map((row) => columns.map(([, cell]) => cell(row) ?? ''))
  printFolded([columns.map(([head]) => head), ...table], 1)
  const level = Math.min(...rows.map(({ interval }) => interval.level))
  printSentence(
    `${conditions}; median, its ${(100 * level).toFixed(0)} % interval, median absolute deviation; ratio: times the speed of the slowest`,
  )
}

function milliseconds(seconds: number): string {
  return (1000 * seconds).toPrecision(4)
}

/** A network needs no descriptor to be timed; one that lies beside it tells of a generator of several networks. */
async function pipelineOf(path: string): Promise<Pipeline> {
  const described = await exists(descriptorPath(path))
  const name = basename(path, extname(path))
  return generatorPipeline(name, path, described ? (await loadModel(path)).descriptor : undefined)
}
