import type { Command } from 'commander'

/** The help of the command that the words name, on lines that are not wrapped. */
export function helpOf(program: Command, ...words: readonly string[]): string {
  const command = words.reduce((group: Command | undefined, word) => {
    return group?.commands.find((one) => one.name() === word)
  }, program)
  let help = ''
  command?.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 1000 }).outputHelp()
  return help
}
