import { signalShares } from './noise-schedule.js'
import { cleanFrom, type DenoisingStep, type Scheduler } from './scheduler.js'
import { evenTimes, leadingTimes, trailingTimes } from './times.js'

/** DDIM without noise of its own, eta 0 (arXiv 2010.02502, equation 12). */
export const ddim: Scheduler = {
  id: 'ddim',
  title: 'DDIM',
  className: 'DDIMScheduler',
  usual: { steps: 50, guidance: 3 },
  plan(schedule, steps) {
    const shares = signalShares(schedule)
    const { timestep_spacing: spacing = 'leading', num_train_timesteps: total } = schedule
    const times = {
      linspace: () => evenTimes(steps, total - 1, true),
      leading: () => leadingTimes(schedule, steps),
      trailing: () => trailingTimes(schedule, steps),
    }[spacing]()
    const stride = Math.floor(total / steps)
    const atTheEnd = schedule.set_alpha_to_one ? 1 : shares[0]
    return {
      initialScale: 1,
      steps: times.map((timestep): DenoisingStep => {
        const share = shares[timestep]
        const earlier = timestep - stride
        const to = earlier >= 0 ? shares[earlier] : atTheEnd
        const noise = Math.sqrt((1 - to) / (1 - share))
        return {
          timestep,
          inputScale: 1,
          clean: cleanFrom(schedule.prediction_type, Math.sqrt(share), Math.sqrt(1 - share)),
          next: {
            sample: noise,
            clean: Math.sqrt(to) - Math.sqrt(share) * noise,
            previousClean: 0,
            noise: 0,
          },
        }
      }),
    }
  },
}
