import type { Command } from 'commander'
import { addCommands, type CommandList } from './command-list.js'

const COMMANDS: CommandList = {
  inspect: async () => (await import('./models-inspect.js')).registerModelsInspect,
  import: async () => (await import('./models-import.js')).registerModelsImport,
  'import-diffusion': async () =>
    (await import('./models-import-diffusion.js')).registerModelsImportDiffusion,
  convert: async () => (await import('./models-convert.js')).registerModelsConvert,
  pull: async () => (await import('./models-pull.js')).registerModelsPull,
  list: async () => (await import('./stock-list.js')).registerStockList('model', 'models'),
}

/** `models`: what a network is, and how to get one. */
export async function registerModels(program: Command, words: readonly string[] = []): Promise<void> {
  const models = program
    .command('models')
    .summary('list, inspect, import and convert networks')
    .description('Lists, inspects, imports and converts networks.')
  await addCommands(models, COMMANDS, words)
}
