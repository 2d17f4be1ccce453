import type { Way } from './errors.js'

/** Threads and workers inherit it. */
const VARIABLE = 'VEC2FACE_BENCH_LIMITS'
/** What nobody needs more of. */
export const MOST_TIMES = 1000

/** What can be done about a file that is refused since it would take too much. */
export const RAISE: Way = {
  flag: '--limits',
  text: 'if you trust it, let it take more with --limits 4',
}

let times: number | undefined

/** What a file may take by its stated limit, as many times as the user allows. */
export function raised(limit: number): number {
  times ??= timesOf(process.env[VARIABLE])
  return limit * times
}

/** From now on files may take so many times what they may by themselves, in threads that are begun later, too. */
export function raiseLimits(by: number): void {
  times = by
  process.env[VARIABLE] = String(by)
}

function timesOf(text = '1'): number {
  const value = Number(text)
  return value >= 1 && value <= MOST_TIMES ? value : 1
}
