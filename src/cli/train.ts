import type { Command } from 'commander'
import { registerTrainGenerator } from './train-generator.js'
import { registerTrainRecogniser } from './train-recogniser.js'

/** `train`: recognisers and generators from datasets. */
export function registerTrain(program: Command): void {
  const train = program
    .command('train')
    .summary('train recognisers and generators on datasets')
    .description('Trains networks, without Python.')
  registerTrainRecogniser(train)
  registerTrainGenerator(train)
}
