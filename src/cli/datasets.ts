import type { Command } from 'commander'
import { addCommands, type CommandList } from './command-list.js'

const COMMANDS: CommandList = {
  inspect: async () => (await import('./datasets-inspect.js')).registerDatasetsInspect,
  align: async () => (await import('./datasets-align.js')).registerDatasetsAlign,
  convert: async () => (await import('./datasets-convert.js')).registerDatasetsConvert,
  recipe: async () => (await import('./datasets-recipe.js')).registerDatasetsRecipe,
  'render-photographs': async () =>
    (await import('./datasets-render-photographs.js')).registerDatasetsRenderPhotographs,
  'alignment-loss': async () => (await import('./datasets-alignment-loss.js')).registerDatasetsAlignmentLoss,
  list: async () => (await import('./stock-list.js')).registerStockList('dataset', 'datasets'),
}

/** `datasets`: what test sets and training datasets hold, and how photographs become them. */
export async function registerDatasets(program: Command, words: readonly string[] = []): Promise<void> {
  const datasets = program
    .command('datasets')
    .description('look into test sets and training datasets, align photographs, convert')
  await addCommands(datasets, COMMANDS, words)
}
