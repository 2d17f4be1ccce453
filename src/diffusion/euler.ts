import { signalShares } from './noise-schedule.js'
import type { DenoisingStep, Scheduler } from './scheduler.js'
import { evenTimes, leadingTimes, trailingTimes } from './times.js'

/** Euler's method without fresh noise (arXiv 2206.00364, algorithm 2 with no churn); a sample is the image plus sigma noise. */
export const euler: Scheduler = {
  id: 'euler',
  title: 'Euler',
  className: 'EulerDiscreteScheduler',
  usual: { steps: 30, guidance: 3 },
  plan(schedule, steps) {
    const shares = signalShares(schedule)
    const deviations = shares.map((share) => Math.sqrt((1 - share) / share))
    const { timestep_spacing: spacing = 'linspace', num_train_timesteps, prediction_type } = schedule
    const times = {
      linspace: () => evenTimes(steps, num_train_timesteps - 1, false),
      leading: () => leadingTimes(schedule, steps),
      trailing: () => trailingTimes(schedule, steps),
    }[spacing]()
    const sigmas = [...times.map((time) => between(deviations, time)), 0]
    const scale = (sigma: number) => 1 / Math.hypot(sigma, 1)
    return {
      initialScale: spacing === 'leading' ? Math.hypot(sigmas[0], 1) : sigmas[0],
      steps: times.map((timestep, i): DenoisingStep => {
        const [sigma, to] = [sigmas[i], sigmas[i + 1]]
        const clean = {
          epsilon: { sample: 1, output: -sigma },
          sample: { sample: 0, output: 1 },
          v_prediction: { sample: scale(sigma) ** 2, output: -sigma * scale(sigma) },
        }[prediction_type]
        const kept = to / sigma
        return {
          timestep,
          inputScale: scale(sigma),
          clean,
          next: { sample: kept, clean: 1 - kept, previousClean: 0, noise: 0 },
        }
      }),
    }
  },
}

/** Values at a place between two of them. */
function between(values: Float64Array, at: number): number {
  const low = Math.floor(at)
  const share = at - low
  return share === 0 ? values[low] : values[low] * (1 - share) + values[low + 1] * share
}
