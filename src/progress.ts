/**
 * How long work tells its caller where it stands. The command line draws it; a library user may pass a
 * function of their own or nothing.
 */
export interface Progress {
  /** Work of `total` units begins (`unit`: what one is, in the plural: 'images'). */
  start(label: string, total: number, unit: string): void
  /** `done` units are finished, counted from the start of the work (resumed ones included). */
  update(done: number): void
  /** The work has ended. */
  stop(): void
  /** What begins now is a step of a whole. */
  step?(step: ProgressStep): void
}

/** A step of a whole, and when the whole will have ended. */
export interface ProgressStep {
  /** from 1 */
  readonly number: number
  readonly of: number
  /** how long the whole still takes, as far as it can be told now; undefined where it can't */
  left(): TimeLeft | undefined
}

/** Seconds; `atLeast` where some of the steps to come are unlike all that were taken. */
export interface TimeLeft {
  readonly seconds: number
  readonly atLeast: boolean
}

/** Says nothing. */
export const silent: Progress = { start() {}, update() {}, stop() {} }

/** The same progress, where labels call a thing by another name: a dataset's instead of its place in the cache. */
export function renamed(progress: Progress, name: string, as: string): Progress {
  // A file in it is named by what it belongs to.
  const place = new RegExp(`${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:/[\\w.-]+)*`)
  return {
    start: (label, total, unit) =>
      progress.start(
        label.replace(place, () => as),
        total,
        unit,
      ),
    update: (done) => progress.update(done),
    stop: () => progress.stop(),
  }
}
