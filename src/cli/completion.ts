import { Argument, type Command } from 'commander'
import { namedSpecs } from '../run/named-specs.js'
import { type CompletionTree, completionScript, SHELLS, type Shell } from './completion-scripts.js'
import { jsonOption } from './options.js'
import { printJson, printLines } from './output.js'

const EXAMPLES = `
Examples:
  $ eval "$(vec2face-bench completion bash)"                 (in ~/.bashrc)
  $ eval "$(vec2face-bench completion zsh)"                  (in ~/.zshrc, after compinit)
  $ vec2face-bench completion fish > ~/.config/fish/completions/vec2face-bench.fish`

/** `completion`: what a shell completes after the program's name. */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell it is for').choices(SHELLS))
    .summary('print what makes a shell complete commands and options')
    .description('Prints a script that makes a shell complete commands, options and the names of specs.')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell, flags: { json?: boolean }) => {
      const tree = treeOf(program)
      if (flags.json === true) printJson(tree)
      else printLines(completionScript(shell, tree).trimEnd())
    })
}

/** The words that can follow each command: its own commands, its options, the names that it takes. */
function treeOf(program: Command): CompletionTree {
  const tree: Record<string, string[]> = {}
  const walk = (command: Command, path: string): void => {
    const names = command.commands.map((inner) => inner.name())
    const options = command.options.flatMap(({ long }) => long ?? [])
    const taken = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
    tree[path] = [...names, ...taken, ...(path === 'run' ? namedSpecs().keys() : []), ...options, '--help']
    for (const inner of command.commands) walk(inner, path === '' ? inner.name() : `${path} ${inner.name()}`)
  }
  walk(program, '')
  return tree
}
