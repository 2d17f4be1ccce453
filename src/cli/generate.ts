import type { Command } from 'commander'
import { registerGenerateAttrop } from './generate-attrop.js'
import { registerGenerateDataset } from './generate-dataset.js'
import { registerGenerateIdentities } from './generate-identities.js'
import { registerGeneratePool } from './generate-pool.js'
import { registerGeneratePreview } from './generate-preview.js'

/** `generate`: identity vectors, datasets from them, on one machine or many, and a look at what comes out. */
export function registerGenerate(program: Command): void {
  const generate = program
    .command('generate')
    .summary('make identity vectors and datasets')
    .description('Makes identity vectors and datasets of faces from them.')
  registerGenerateIdentities(generate)
  registerGenerateDataset(generate)
  registerGenerateAttrop(generate)
  registerGeneratePool(generate)
  registerGeneratePreview(generate)
}
