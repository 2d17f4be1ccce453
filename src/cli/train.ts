import type { Command } from 'commander'
import { addCommands, type CommandList } from './command-list.js'

const COMMANDS: CommandList = {
  recogniser: async () => (await import('./train-recogniser.js')).registerTrainRecogniser,
  generator: async () => (await import('./train-generator.js')).registerTrainGenerator,
  attributes: async () => (await import('./train-attributes.js')).registerTrainAttributes,
}

/** `train`: recognisers, generators and networks for attributes from datasets. */
export async function registerTrain(program: Command, words: readonly string[] = []): Promise<void> {
  const train = program
    .command('train')
    .summary('train recognisers, generators and networks for attributes on datasets')
    .description('Trains networks, without Python.')
  await addCommands(train, COMMANDS, words)
}
