import type { Command } from 'commander'
import { jsonOption } from './options.js'

/** Adds what every import of weights can be told. */
export function addImportOptions(command: Command): Command {
  return command
    .option('--fp16', 'half precision, for graphics processors')
    .option('--licence <name>', "the weights' licence, for the descriptor")
    .option('--overwrite', 'replace the files if they are there')
    .addOption(jsonOption())
}
