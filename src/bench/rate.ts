import type { Progress } from '../progress.js'

/** So many units, and what they took. */
export interface Rate {
  readonly units: number
  readonly seconds: number
  /** processor time on all cores together, in seconds */
  readonly processor: number
}

/** Several timings of the same as one. */
export function together(rates: readonly Rate[]): Rate {
  const sum = (of: (rate: Rate) => number): number => rates.reduce((total, rate) => total + of(rate), 0)
  return {
    units: sum(({ units }) => units),
    seconds: sum((r) => r.seconds),
    processor: sum((r) => r.processor),
  }
}

interface Moment {
  readonly units: number
  readonly time: number
  readonly processor: number
}

function now(units: number): Moment {
  const { user, system } = process.cpuUsage()
  return { units, time: performance.now() / 1000, processor: (user + system) / 1e6 }
}

/** What was done between two moments. */
function between(start: Moment, end: Moment): Rate {
  return {
    units: end.units - start.units,
    seconds: end.time - start.time,
    processor: end.processor - start.processor,
  }
}

/** The part of the work that counts for nothing: networks are opened and threads started in it. */
const BEGINNING = 0.2

/** Times work from where a fifth of it is done: what a long run makes of it, without the beginning of a short one. */
export async function steadyRate(
  units: number,
  work: (progress: Progress) => Promise<unknown>,
): Promise<Rate> {
  const start = now(0)
  let steady: Moment | undefined
  await work({
    start() {},
    update(done) {
      if (done >= BEGINNING * units && done < units) steady ??= now(done)
    },
    stop() {},
  })
  return between(steady ?? start, now(units))
}

/** Times work that tells how many units it did. */
export async function timed(work: () => Promise<number>): Promise<Rate> {
  const start = now(0)
  return between(start, now(await work()))
}

/** Does work again and again for about so many seconds, at least once. @returns how often */
export async function repeated(seconds: number, work: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + 1000 * seconds
  let times = 0
  do {
    await work()
    times++
  } while (performance.now() < end)
  return times
}
