import { signalShares } from './noise-schedule.js'
import { cleanFrom, type DenoisingStep, type Scheduler } from './scheduler.js'
import { evenTimes, leadingTimes, trailingTimes } from './times.js'

/**
 * DPM-Solver++ of second order, multistep (arXiv 2211.01095, algorithm 2), as diffusers has it by default: midpoint, times
 * evenly spaced, the first and the last step of first order, no noise left at the end.
 */
export const dpmSolver: Scheduler = {
  id: 'dpm-solver',
  title: 'DPM-Solver++ 2M',
  className: 'DPMSolverMultistepScheduler',
  usual: { steps: 25, guidance: 3 },
  plan(schedule, steps) {
    const shares = signalShares(schedule)
    const { timestep_spacing: spacing = 'linspace', num_train_timesteps } = schedule
    // One more than asked for; the earliest is the end, where no noise is left.
    const times = {
      linspace: () => evenTimes(steps + 1, num_train_timesteps - 1, true).slice(0, -1),
      leading: () => leadingTimes(schedule, steps + 1).slice(0, -1),
      trailing: () => trailingTimes(schedule, steps),
    }[spacing]()
    const points = times.map((timestep) => point(shares[timestep]))
    const clean = points.map(({ a, s }) => cleanFrom(schedule.prediction_type, a, s))
    return {
      initialScale: 1,
      steps: times.map((timestep, i): DenoisingStep => {
        const from = points[i]
        const to = points[i + 1] ?? { a: 1, s: 0, lambda: Number.POSITIVE_INFINITY }
        const length = to.lambda - from.lambda
        // alpha (1 - e^-h)
        const moved = -to.a * Math.expm1(-length)
        const before = i === 0 || i === steps - 1 ? undefined : points[i - 1]
        const bend = before === undefined ? 0 : length / (2 * (from.lambda - before.lambda))
        return {
          timestep,
          inputScale: 1,
          clean: clean[i],
          next: { sample: to.s / from.s, clean: moved * (1 + bend), previousClean: -moved * bend, noise: 0 },
        }
      }),
    }
  },
}

/** A sample's shares of image and noise, and half the logarithm of their squares' ratio. */
function point(share: number): { a: number; s: number; lambda: number } {
  const [a, s] = [Math.sqrt(share), Math.sqrt(1 - share)]
  return { a, s, lambda: Math.log(a / s) }
}
