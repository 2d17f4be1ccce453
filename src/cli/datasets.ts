import type { Command } from 'commander'
import { registerDatasetsAlign } from './datasets-align.js'
import { registerDatasetsInspect } from './datasets-inspect.js'

/** `datasets`: what test sets and training datasets hold, and how photographs become them. */
export function registerDatasets(program: Command): void {
  const datasets = program
    .command('datasets')
    .description('look into test sets and training datasets, align photographs')
  registerDatasetsInspect(datasets)
  registerDatasetsAlign(datasets)
}
