import type { Command } from 'commander'
import { RECIPES, recipeLines, recipeOf } from '../test-sets/recipes.js'
import { printColumns } from './fitted-output.js'
import { jsonOption, quietOption } from './options.js'
import { print, printJson } from './output.js'

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
      if (name === undefined)
        printColumns(
          RECIPES.map(({ id, title }) => [id, title]),
          { wrapped: 1 },
        )
      else for (const line of recipeLines(recipeOf(name))) print(line)
    })
}
