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
}

/** Says nothing. */
export const silent: Progress = { start() {}, update() {}, stop() {} }
