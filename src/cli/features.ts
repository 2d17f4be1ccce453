import type { Command } from 'commander'
import { addCommands, type CommandList } from './command-list.js'

const COMMANDS: CommandList = {
  images: async () => (await import('./features-images.js')).registerFeaturesImages,
  identities: async () => (await import('./features-identities.js')).registerFeaturesIdentities,
}

/** `features`: what recognisers make of a dataset. */
export async function registerFeatures(program: Command, words: readonly string[] = []): Promise<void> {
  const features = program
    .command('features')
    .summary('compute features of a dataset')
    .description('Computes features of a dataset.')
  await addCommands(features, COMMANDS, words)
}
