import { type Command, Option } from 'commander'
import { jsonOption, quietOption, wholeNumber } from './options.js'

/** The flags of every command that renders photographs of the demo's people. */
export interface DemoPeopleFlags {
  readonly people: number
  readonly images: number
  readonly seed: number
  readonly json?: boolean
  readonly quiet?: boolean
}

export function addDemoPeopleOptions(command: Command): Command {
  return command
    .addOption(new Option('--people <n>', 'people').argParser(wholeNumber(20, 10_000)).default(60))
    .addOption(new Option('--images <n>', 'photographs of each').argParser(wholeNumber(2, 9999)).default(3))
    .addOption(new Option('--seed <n>', 'seed').argParser(wholeNumber(0)).default(1))
    .addOption(jsonOption())
    .addOption(quietOption())
}
