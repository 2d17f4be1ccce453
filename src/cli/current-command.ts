import type { Command } from 'commander'

let current: Command | undefined

/** From now on this command runs. */
export function rememberCommand(command: Command): void {
  current = command
}

/** Whether the command that runs has a flag (`--batch`): a message should not tell of others. */
export function hasFlag(flag: string): boolean {
  return current === undefined || current.options.some(({ long }) => long === flag)
}
