import type { RecordedSession } from '../../models/session.js'
import type { Progress } from '../../progress.js'
import type { TrainSpec } from '../grid/train-spec.js'
import type { Inputs } from '../inputs.js'
import { insideTrainer } from './inside.js'
import { outsideTrainer } from './outside.js'
import type { Trainer } from './trainer.js'

/** The trainer that a cell asks for. @throws InputError */
export async function trainerOf(
  { inside, outside, values }: TrainSpec,
  inputs: Inputs,
  options: {
    readonly session: RecordedSession
    readonly log: (line: string) => void
    readonly progress: Progress
  },
): Promise<Trainer> {
  if (inside !== undefined) return insideTrainer(inside, options)
  return outsideTrainer(inputs.trainer(outside ?? ''), values, options)
}
