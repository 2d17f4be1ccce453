import type { NoiseSchedule } from './noise-schedule.js'

/** Rounds a half to the even neighbour, as NumPy does. */
function roundToEven(x: number): number {
  const floor = Math.floor(x)
  if (x - floor !== 0.5) return Math.round(x)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Evenly from the last time to the first, both included where `whole`, as whole numbers or as they fall. */
export function evenTimes(count: number, last: number, whole: boolean): number[] {
  const times = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : (last * i) / (count - 1),
  ).reverse()
  return whole ? times.map(roundToEven) : times
}

/** The lower ends of equal stretches, from the latest to the earliest, moved by the schedule's offset. */
export function leadingTimes(
  { num_train_timesteps, steps_offset }: NoiseSchedule,
  stretches: number,
): number[] {
  const stride = Math.floor(num_train_timesteps / stretches)
  return Array.from({ length: stretches }, (_, i) => (stretches - 1 - i) * stride + steps_offset)
}

/** The upper ends of equal stretches, from the latest to the earliest. */
export function trailingTimes({ num_train_timesteps: total }: NoiseSchedule, stretches: number): number[] {
  return Array.from({ length: stretches }, (_, i) => roundToEven(total - (i * total) / stretches) - 1)
}
