import { z } from 'zod'

/** What is read of diffusers' `scheduler_config.json`, with the defaults that its schedulers share. */
export const noiseScheduleSchema = z.object({
  num_train_timesteps: z.int().positive().max(100_000).default(1000),
  beta_start: z.number().positive().max(1).default(0.00085),
  beta_end: z.number().positive().max(1).default(0.012),
  beta_schedule: z.enum(['linear', 'scaled_linear']).default('scaled_linear'),
  prediction_type: z.enum(['epsilon', 'v_prediction', 'sample']).default('epsilon'),
  steps_offset: z.int().nonnegative().default(0),
  set_alpha_to_one: z.boolean().default(true),
  timestep_spacing: z.enum(['linspace', 'leading', 'trailing']).optional(),
  clip_sample: z.literal(false).default(false),
  thresholding: z.literal(false).default(false),
  rescale_betas_zero_snr: z.literal(false).default(false),
  trained_betas: z.null().default(null),
})
export type NoiseSchedule = z.infer<typeof noiseScheduleSchema>

/** The share of signal that is left at each of the training's times, the running product of 1 - beta. */
export function signalShares(schedule: NoiseSchedule): Float64Array {
  const { num_train_timesteps: count, beta_start, beta_end, beta_schedule } = schedule
  const scaled = beta_schedule === 'scaled_linear'
  const [first, last] = scaled ? [Math.sqrt(beta_start), Math.sqrt(beta_end)] : [beta_start, beta_end]
  const shares = new Float64Array(count)
  let product = 1
  for (let i = 0; i < count; i++) {
    const point = count === 1 ? first : first + ((last - first) * i) / (count - 1)
    product *= 1 - (scaled ? point * point : point)
    shares[i] = product
  }
  return shares
}
