import type { NoiseSchedule } from './noise-schedule.js'

/**
 * One step from noise to an image. All schedulers here are sums of four terms: with x the sample, y what the network gives
 * for `inputScale` x at `timestep`, and z fresh noise,
 *
 *     clean = clean.sample x + clean.output y
 *     next x = next.sample x + next.clean clean + next.previousClean (the step before's clean) + next.noise z
 */
export interface DenoisingStep {
  readonly timestep: number
  readonly inputScale: number
  readonly clean: { readonly sample: number; readonly output: number }
  readonly next: {
    readonly sample: number
    readonly clean: number
    readonly previousClean: number
    readonly noise: number
  }
}

/** A whole way from noise to an image. */
export interface Denoising {
  /** what the first noise is multiplied by */
  readonly initialScale: number
  readonly steps: readonly DenoisingStep[]
}

/** A scheduler of diffusers. Adding one: a file that exports it, and its line in `list.ts`. */
export interface Scheduler {
  readonly id: string
  readonly title: string
  /** diffusers' class of the same arithmetic */
  readonly className: string
  /** Steps and guidance that its authors use with Arc2Face. */
  readonly usual: { readonly steps: number; readonly guidance: number }
  /** @param steps at most the training's @throws InputError for a number of steps that it can't make */
  plan(schedule: NoiseSchedule, steps: number): Denoising
}

/** How the clean image follows from a sample x = a clean + s noise, by what the network was trained to say. */
export function cleanFrom(
  prediction: NoiseSchedule['prediction_type'],
  a: number,
  s: number,
): DenoisingStep['clean'] {
  if (prediction === 'sample') return { sample: 0, output: 1 }
  return prediction === 'epsilon' ? { sample: 1 / a, output: -s / a } : { sample: a, output: -s }
}
