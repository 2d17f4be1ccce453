import type { Command } from 'commander'
import { addCommands, type CommandList } from './command-list.js'

const COMMANDS: CommandList = {
  identities: async () => (await import('./generate-identities.js')).registerGenerateIdentities,
  dataset: async () => (await import('./generate-dataset.js')).registerGenerateDataset,
  merge: async () => (await import('./generate-dataset.js')).registerGenerateMerge,
  attrop: async () => (await import('./generate-attrop.js')).registerGenerateAttrop,
  produce: async () => (await import('./generate-pool.js')).registerGenerateProduce,
  work: async () => (await import('./generate-pool.js')).registerGenerateWork,
  preview: async () => (await import('./generate-preview.js')).registerGeneratePreview,
}

/** `generate`: identity vectors, datasets from them, on one machine or many, and a look at what comes out. */
export async function registerGenerate(program: Command, words: readonly string[] = []): Promise<void> {
  const generate = program
    .command('generate')
    .summary('make identity vectors and datasets')
    .description('Makes identity vectors and datasets of faces from them.')
  await addCommands(generate, COMMANDS, words)
}
