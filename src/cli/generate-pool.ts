import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import type { DatasetFormat } from '../datasets/formats.js'
import { beginRun, finishRun } from '../generate/generate-dataset.js'
import { joinRun } from '../generate/join-run.js'
import { produceParts } from '../generate/queue/produce.js'
import { workOnParts } from '../generate/queue/work.js'
import {
  type AttropNetworkFlags,
  addAttropNetworkOptions,
  attropNetworksOf,
} from './dataset-attrop-options.js'
import { addRequestOptions, formatOption, type RequestFlags, report, requestOf } from './generate-dataset.js'
import { interruptedRunGoesOn, stopGently } from './interruption.js'
import { devicesOption, jsonOption, quietOption, threadsOption, wholeNumber } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface ProduceFlags extends RequestFlags {
  readonly format: DatasetFormat[]
  readonly out: string
  readonly redis: string
  readonly keepParts?: true
  readonly json?: true
  readonly quiet?: true
}

interface WorkFlags extends AttropNetworkFlags {
  readonly out: string
  readonly redis: string
  readonly identities?: string
  readonly model?: string
  readonly threads?: number
  readonly devices?: number[]
  readonly stalledAfter?: number
  readonly json?: true
}

const EXAMPLES = `
Examples:
  $ vec2face-bench generate produce --identities 300k.npy --redis redis://queue:6379 --out /shared/hsface300k
  $ vec2face-bench generate work --redis redis://queue:6379 --out /shared/hsface300k     (on every machine)

The producer puts a job for every part into Redis and waits; workers on any number of machines that see the folder
take them. A worker that is killed costs its job's time: another takes over. Without Redis for a while, all wait.`

const REDIS = 'redis://127.0.0.1:6379'

/** `generate produce`. */
export function registerGenerateProduce(generate: Command): void {
  addRequestOptions(
    generate
      .command('produce')
      .summary('let a pool of workers make a dataset')
      .description(
        'Queues the parts of a dataset on Redis, waits for the workers, and puts the dataset together.',
      ),
  )
    .addOption(formatOption())
    .addOption(outputFolder('--out <folder>', 'a folder that all workers see').makeOptionMandatory())
    .option('--redis <url>', 'where the queue is', REDIS)
    .option('--keep-parts', 'keep the parts once the dataset is whole')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(produce)
}

/** `generate work`. */
export function registerGenerateWork(generate: Command): void {
  const work = generate
    .command('work')
    .summary('make parts of a dataset that was queued')
    .description(
      'Takes jobs of the run in a folder until it is done. Name the vectors and networks that this machine has elsewhere.',
    )
    .requiredOption('--out <folder>', 'the folder that the producer named')
    .option('--redis <url>', 'where the queue is', REDIS)
    .option('--identities <file.npy>', 'where this machine has the vectors, if elsewhere')
    .option('--model <file>', 'where this machine has the generator, if elsewhere')
  addAttropNetworkOptions(work)
    .addOption(threadsOption())
    .addOption(devicesOption())
    .option(
      '--stalled-after <seconds>',
      'when a silent worker counts as gone (default: 30)',
      wholeNumber(1, 86_400),
    )
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(workOn)
}

async function produce(flags: ProduceFlags): Promise<void> {
  const { redis, out, format: formats, keepParts = false } = flags
  const progress = terminalProgress(flags.quiet)
  const run = await beginRun(requestOf(flags), out)
  interruptedRunGoesOn()
  await produceParts(run, { redis, log, progress })
  report(await finishRun(run, { formats, keepParts, progress }), flags)
}

async function workOn(flags: WorkFlags): Promise<void> {
  const {
    out,
    redis,
    threads = availableParallelism(),
    stalledAfter,
    identities,
    model,
    devices,
    json,
  } = flags
  const attrop = attropNetworksOf(flags)
  const run = await joinRun(out, {
    ...(identities === undefined ? {} : { identities }),
    ...(model === undefined ? {} : { generator: model }),
    ...(Object.keys(attrop).length > 0 && { attrop }),
  })
  const signal = stopGently('finishing the parts at hand; again to end at once')
  const made = await workOnParts(run, {
    redis,
    threads,
    ...(devices && { devices }),
    log,
    signal,
    ...(stalledAfter === undefined ? {} : { stalledAfter }),
  })
  if (json === true) printJson({ folder: out, parts: made })
  else print(`${out}: made ${made} parts`)
}
