import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advance, firstSamples } from '../../src/diffusion/advance.js'
import { SCHEDULERS, schedulerOf } from '../../src/diffusion/list.js'
import { noiseScheduleSchema } from '../../src/diffusion/noise-schedule.js'
import { InputError } from '../../src/errors.js'

interface Trajectory {
  readonly scheduler: string
  readonly steps: number
  readonly config: object
  readonly firstTimes: readonly number[]
  /** the sample after a step, by the step's number */
  readonly samples: Readonly<Record<string, readonly number[]>>
}
const { trajectories } = JSON.parse(readFileSync(new URL('trajectories.json', import.meta.url), 'utf8')) as {
  trajectories: Trajectory[]
}

/** Stable Diffusion 1's. */
const SCHEDULE = noiseScheduleSchema.parse({ steps_offset: 1, set_alpha_to_one: false })

describe("the whole way from fixed noise is that of diffusers' schedulers (0.27.0), to 1e-4", () => {
  test.each(
    trajectories.map(
      (one) => [`${one.scheduler}, ${one.steps} steps, ${JSON.stringify(one.config)}`, one] as const,
    ),
  )('%s', (_, { scheduler, steps, config, firstTimes, samples }) => {
    const denoising = schedulerOf(scheduler).plan(noiseScheduleSchema.parse(config), steps)
    for (const [i, time] of firstTimes.entries()) expect(denoising.steps[i].timestep).toBeCloseTo(time, 3)
    const noise = Float32Array.from(
      { length: steps * 3 },
      (_, k) => 2 * Math.sin(1 + 3 * Math.floor(k / 3) + 7 * (k % 3)),
    )
    let at = firstSamples(noise, 1, denoising)
    for (const [i, { timestep, inputScale }] of denoising.steps.entries()) {
      const said = at.sample.map((x) => Math.sin(x * inputScale) + timestep / 10_000)
      at = advance(at, said, noise, 1, denoising, i)
      const wanted = samples[String(i)] ?? []
      for (const [j, value] of wanted.entries())
        expect(Math.abs(at.sample[j] - value) / Math.max(1, Math.abs(value)), `step ${i}`).toBeLessThan(1e-4)
    }
  })
})

test('four steps of latent consistency look at 999, 759, 499 and 259', () => {
  const times = schedulerOf('lcm')
    .plan(SCHEDULE, 4)
    .steps.map(({ timestep }) => timestep)
  expect(times).toEqual([999, 759, 499, 259])
})

test('whoever always names the same clean image is believed by every scheduler at the end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SCHEDULERS),
      fc.integer({ min: 2, max: 50 }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      (scheduler, steps, clean) => {
        const denoising = scheduler.plan(
          { ...SCHEDULE, prediction_type: 'sample', set_alpha_to_one: true },
          steps,
        )
        const noise = Float32Array.from({ length: steps }, (_, i) => Math.cos(i))
        let at = firstSamples(noise, 1, denoising)
        for (const i of denoising.steps.keys())
          at = advance(at, Float32Array.of(clean), noise, 1, denoising, i)
        // DDIM with these shares and latent consistency keep a trace of the last sample.
        expect(Math.abs(at.sample[0] - clean)).toBeLessThan(0.05)
      },
    ),
    { numRuns: 60 },
  )
})

test('rows of a batch go their own ways', () => {
  for (const scheduler of SCHEDULERS) {
    const denoising = scheduler.plan(SCHEDULE, 5)
    const noise = Float32Array.from({ length: 2 * 5 * 3 }, (_, i) => Math.sin(i * i))
    const run = (own: Float32Array, batch: number) => {
      let at = firstSamples(own, batch, denoising)
      for (const i of denoising.steps.keys())
        at = advance(at, at.sample.map(Math.sin), own, batch, denoising, i)
      return at.sample
    }
    const together = run(noise, 2)
    expect(together.slice(0, 3), scheduler.id).toEqual(run(noise.slice(0, 15), 1))
    expect(together.slice(3), scheduler.id).toEqual(run(noise.slice(15), 1))
  }
})

test('more steps than a consistency model was distilled from are refused', () => {
  expect(() => schedulerOf('lcm').plan(SCHEDULE, 51)).toThrow(InputError)
})
