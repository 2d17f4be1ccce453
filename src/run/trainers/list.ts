import type { Progress } from '../../progress.js'
import type { TrainSpec } from '../grid/train-spec.js'
import type { Inputs } from '../inputs.js'
import { outsideTrainer } from './outside.js'
import type { Trainer } from './trainer.js'

/** The trainer that a cell asks for. @throws InputError */
export async function trainerOf(
  spec: TrainSpec,
  inputs: Inputs,
  options: { readonly log: (line: string) => void; readonly progress: Progress },
): Promise<Trainer> {
  return outsideTrainer(inputs.trainer(spec.outside), spec.values, options)
}
