import type { Command } from 'commander'
import { RECIPES, recipeLines, recipeOf } from '../test-sets/recipes.js'
import { jsonOption, quietOption } from './options.js'
import { alignColumns, print, printJson } from './output.js'

/** Adds `datasets recipe`. */
export function registerDatasetsRecipe(datasets: Command): void {
  datasets
    .command('recipe')
    .summary('say how a test set of the paper is made of what is published')
    .description('Prints the commands that lead from the published downloads to a test set of the paper.')
    .argument('[name]', `one of ${RECIPES.map(({ id }) => id).join(', ')}; without one, the list`)
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `
Examples:
  $ vec2face-bench datasets recipe lfw
  $ vec2face-bench datasets recipe doppelver > doppelver.sh`,
    )
    .action((name: string | undefined, { json }: { readonly json?: boolean }) => {
      if (json === true) {
        printJson(name === undefined ? RECIPES : recipeOf(name))
        return
      }
      const lines =
        name === undefined
          ? alignColumns(
              RECIPES.map(({ id, title }) => [id, title]),
              2,
            )
          : recipeLines(recipeOf(name))
      for (const line of lines) print(line)
    })
}
