import { InputError } from '../errors.js'
import { signalShares } from './noise-schedule.js'
import { cleanFrom, type DenoisingStep, type Scheduler } from './scheduler.js'

/** Steps of the distillation, and its boundary condition's constants (arXiv 2310.04378, equation 9). */
const DISTILLED_STEPS = 50
const TIME_SCALE = 10
const DATA_DEVIATION = 0.5

/** Latent consistency models: few steps, and fresh noise after each but the last (arXiv 2310.04378, algorithm 3). */
export const lcm: Scheduler = {
  id: 'lcm',
  title: 'latent consistency',
  className: 'LCMScheduler',
  usual: { steps: 4, guidance: 1 },
  plan(schedule, steps) {
    if (steps > DISTILLED_STEPS) {
      throw new InputError(
        `a consistency model has at most ${DISTILLED_STEPS} steps, ${steps} were asked for`,
        'steps',
        'ask for fewer, or choose another scheduler',
      )
    }
    const shares = signalShares(schedule)
    const stride = Math.floor(schedule.num_train_timesteps / DISTILLED_STEPS)
    const times = Array.from({ length: steps }, (_, i) => {
      const place = DISTILLED_STEPS - Math.floor((i * DISTILLED_STEPS) / steps)
      return place * stride - 1
    })
    return {
      initialScale: 1,
      steps: times.map((timestep, i): DenoisingStep => {
        const [a, s] = [Math.sqrt(shares[timestep]), Math.sqrt(1 - shares[timestep])]
        const scaled = timestep * TIME_SCALE
        const skip = DATA_DEVIATION ** 2 / (scaled ** 2 + DATA_DEVIATION ** 2)
        const out = scaled / Math.sqrt(scaled ** 2 + DATA_DEVIATION ** 2)
        const share = i === steps - 1 ? 1 : shares[times[i + 1]]
        const kept = Math.sqrt(share)
        return {
          timestep,
          inputScale: 1,
          clean: cleanFrom(schedule.prediction_type, a, s),
          next: { sample: kept * skip, clean: kept * out, previousClean: 0, noise: Math.sqrt(1 - share) },
        }
      }),
    }
  },
}
