import type { Command } from 'commander'
import { registerDatasetsAlign } from './datasets-align.js'
import { registerDatasetsConvert } from './datasets-convert.js'
import { registerDatasetsInspect } from './datasets-inspect.js'
import { registerDatasetsRecipe } from './datasets-recipe.js'
import { registerDatasetsRenderPhotographs } from './datasets-render-photographs.js'
import { registerStockList } from './stock-list.js'

/** `datasets`: what test sets and training datasets hold, and how photographs become them. */
export function registerDatasets(program: Command): void {
  const datasets = program
    .command('datasets')
    .description('look into test sets and training datasets, align photographs, convert')
  registerDatasetsInspect(datasets)
  registerDatasetsAlign(datasets)
  registerDatasetsConvert(datasets)
  registerDatasetsRecipe(datasets)
  registerDatasetsRenderPhotographs(datasets)
  registerStockList(datasets, 'dataset', 'datasets')
}
