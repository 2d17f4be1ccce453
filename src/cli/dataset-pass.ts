import type { Command } from 'commander'
import { addDatasetOptions, type DatasetFlags } from './dataset-options.js'
import {
  batchOption,
  jsonOption,
  type NetworkFlags,
  providerOption,
  quietOption,
  threadsOption,
} from './options.js'
import { outputFile } from './output-option.js'

/** The flags of a command that sends all images of a dataset through a network and keeps what comes out. */
export interface PassFlags extends NetworkFlags, DatasetFlags {
  readonly model: string
  readonly out: string
  readonly batch?: number
  readonly json?: boolean
  readonly quiet?: boolean
}

/** Adds them. @param model what help says of the network @param row what a row of the file is of: `an image` */
export function addPassOptions(command: Command, model: string, row: string): Command {
  command
    .argument('<dataset>', 'image folders, WebDataset, RecordIO or LMDB')
    .requiredOption('--model <file>', model)
    .addOption(outputFile('--out <file.npy>', `float32, one row ${row}`, ['.npy']).makeOptionMandatory())
  return addDatasetOptions(command)
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(batchOption())
    .addOption(jsonOption())
    .addOption(quietOption())
}
