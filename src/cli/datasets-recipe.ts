import type { Command } from 'commander'
import { RECIPES, recipeLines, recipeOf } from '../test-sets/recipes.js'
import { alignColumns, print } from './output.js'

/** Adds `datasets recipe`. */
export function registerDatasetsRecipe(datasets: Command): void {
  datasets
    .command('recipe')
    .summary('say how a test set of the paper is made of what is published')
    .description('Prints the commands that lead from the published downloads to a test set of the paper.')
    .argument('[name]', `one of ${RECIPES.map(({ id }) => id).join(', ')}; without one, the list`)
    .addHelpText(
      'after',
      `
Examples:
  $ vec2face-bench datasets recipe lfw
  $ vec2face-bench datasets recipe doppelver > doppelver.sh`,
    )
    .action((name: string | undefined) => {
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
