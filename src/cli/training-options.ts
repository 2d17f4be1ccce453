import type { Command } from 'commander'
import type { Model } from '../models/model.js'
import type { RecordedSession } from '../models/session.js'
import type { Progress } from '../progress.js'
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

export const TRAINED_ON = [
  '<dataset>',
  'a dataset of any form: a folder, train.rec, an LMDB, .tar files',
] as const

/** Adds where the network and its run go. @param what the network, for help: `the generator` */
export function addTrainingOutputs(command: Command, what: string): Command {
  return command
    .addOption(outputFile('--out <file.onnx>', what, ['.onnx']).makeOptionMandatory())
    .addOption(outputFolder('--run <folder>', 'checkpoint and curve (default: OUT.training)'))
}

/** Adds what the descriptor says, how the dataset is read, where networks run and what is shown. @param demo what help says of `--demo` */
export function addTrainingOptions(command: Command, demo: string): Command {
  command.option('--licence <name>', "the weights' licence, for the descriptor").option('--demo', demo)
  return addDatasetOptions(command)
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
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
  const started = new Date()
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
