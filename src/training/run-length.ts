import { InputError } from '../errors.js'
import type { RunSpec } from './run-spec.js'
import { rateFactor } from './schedules/list.js'

/** How long a run is, in steps and in the unit of its spec. */
export interface RunLength {
  readonly steps: number
  readonly stepsPerEpoch: number
}

/** @throws InputError where the dataset fills no batch */
export function lengthOf(spec: RunSpec, images: number, where: string): RunLength {
  const stepsPerEpoch = Math.floor(images / spec.batch)
  if (stepsPerEpoch === 0)
    throw new InputError(
      `${images} images fill no batch of ${spec.batch}`,
      where,
      'make batch smaller in the spec, or train on more images',
    )
  const steps = spec.steps ?? Math.max(1, Math.round((spec.epochs ?? 1) * stepsPerEpoch))
  return { steps, stepsPerEpoch }
}

/** The learning rate of a step. @param step from 0 on */
export function rateOf(
  spec: Pick<RunSpec, 'steps' | 'schedule' | 'warmUp'> & { optimiser: { rate: number } },
  { steps, stepsPerEpoch }: RunLength,
  step: number,
): number {
  const unit = spec.steps === undefined ? stepsPerEpoch : 1
  const moment = { now: step / unit, end: steps / unit, step: 1 / unit }
  return spec.optimiser.rate * rateFactor(spec.schedule, moment, spec.warmUp)
}
