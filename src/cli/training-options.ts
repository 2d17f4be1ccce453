import type { Command } from 'commander'
import type { Model } from '../models/model.js'
import type { RecordedSession } from '../models/session.js'
import type { Progress } from '../progress.js'
import { beginning } from '../run/provenance.js'
import { addDatasetOptions, type DatasetFlags } from './dataset-options.js'
import { interruptedRunGoesOn } from './interruption.js'
import {
  jsonOption,
  type NetworkFlags,
  providerOption,
  quietOption,
  sessionOf,
  threadsOption,
} from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile, outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'
import { type TrainedAlone, writeTrainingResults } from './training-results.js'

/** The flags of every command that trains a network on a dataset. */
export interface TrainingFlags extends DatasetFlags, NetworkFlags {
  readonly spec: string
  readonly out: string
  readonly run?: string
  readonly licence?: string
  readonly demo?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** A command that trains a network on a dataset. */
export interface TrainingCommand<F extends TrainingFlags> {
  readonly name: string
  readonly summary: string
  readonly description: string
  /** what the spec says, for help */
  readonly spec: string
  /** what comes out: `the generator` */
  readonly what: string
  /** how a descriptor comes to say that the dataset is of the demo world */
  readonly demo: string
  readonly examples: string
  /** adds flags of its own */
  readonly own?: (command: Command) => Command
  readonly run: (dataset: string, flags: F) => Promise<void>
}

/** Adds the command, with all that trainings are told alike. */
export function addTraining<F extends TrainingFlags>(train: Command, training: TrainingCommand<F>): void {
  const { name, summary, description, spec, what, demo, examples, own = (command) => command, run } = training
  const command = train
    .command(name)
    .argument('<dataset>', 'a dataset of any form: a folder, train.rec, an LMDB, .tar files')
    .summary(summary)
    .description(description)
    .requiredOption('--spec <file.yaml>', spec)
    .addOption(outputFile('--out <file.onnx>', what, ['.onnx']).makeOptionMandatory())
    .addOption(outputFolder('--run <folder>', 'checkpoint and curve (default: OUT.training)'))
  own(command)
    .option('--licence <name>', "the weights' licence, for the descriptor")
    .option('--demo', `the dataset is of the demo world${demo}`)
  addDatasetOptions(command)
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', examples)
    .action(run)
}

/** What every training is asked for. */
interface TrainingRequest {
  readonly out: string
  readonly folder?: string
  readonly skipUnreadable?: boolean
  readonly imageField?: string
  readonly licence?: string
  readonly demo?: boolean
  readonly session: RecordedSession
  readonly progress: Progress
  readonly log: (line: string) => void
}

/** A training that begins now: what functions take, and how its results are written once it is done. */
export function beginTraining(flags: TrainingFlags): {
  readonly request: TrainingRequest
  readonly finish: (
    trained: Pick<TrainedAlone, 'what' | 'model' | 'spec' | 'dataset' | 'lines'>,
  ) => Promise<string>
} {
  const { out, run: folder, licence, demo, skipUnreadable, imageField } = flags
  const started = beginning()
  const session = sessionOf(flags)
  interruptedRunGoesOn()
  return {
    request: {
      out,
      ...(folder !== undefined && { folder }),
      ...(skipUnreadable !== undefined && { skipUnreadable }),
      ...(imageField !== undefined && { imageField }),
      ...(licence !== undefined && { licence }),
      ...(demo !== undefined && { demo }),
      session,
      progress: terminalProgress(flags.quiet),
      log,
    },
    finish: (trained) =>
      writeTrainingResults({ ...trained, started, session, folder: folder ?? `${out}.training` }),
  }
}

/** Prints what was trained: as JSON whole, for people where it lies. */
export function printTrained<T extends { readonly model: Model }>(
  trained: T,
  json: boolean | undefined,
): void {
  const { model, ...rest } = trained
  if (json === true) printJson({ onnx: model.path, sha256: model.sha256, ...rest })
  else print(model.path)
}
