import type { Command } from 'commander'
import { registerTrainRecogniser } from './train-recogniser.js'

/** `train`: recognisers from datasets. */
export function registerTrain(program: Command): void {
  const train = program
    .command('train')
    .summary('train recognisers on datasets')
    .description('Trains networks, without Python.')
  registerTrainRecogniser(train)
}
