import type { Command } from 'commander'
import { registerTrainAttributes } from './train-attributes.js'
import { registerTrainGenerator } from './train-generator.js'
import { registerTrainRecogniser } from './train-recogniser.js'

/** `train`: recognisers, generators and networks for attributes from datasets. */
export function registerTrain(program: Command): void {
  const train = program
    .command('train')
    .summary('train recognisers, generators and networks for attributes on datasets')
    .description('Trains networks, without Python.')
  registerTrainRecogniser(train)
  registerTrainGenerator(train)
  registerTrainAttributes(train)
}
