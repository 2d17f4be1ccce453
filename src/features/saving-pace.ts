/** milliseconds */
const LONGEST = 30_000
/** Saving takes at most this share of the time. */
const SHARE = 0.1

/**
 * Says when what was computed should be saved: half a minute after the last time, so that a killed run loses less than a
 * minute; later only where saving itself takes so long that it would be more than a tenth of the work.
 */
export class SavingPace {
  #saved: number
  #pause: number

  /** @param longest milliseconds between two savings @param now a clock, in milliseconds */
  constructor(
    private readonly longest = LONGEST,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#saved = now()
    this.#pause = longest
  }

  get due(): boolean {
    return this.now() - this.#saved >= this.#pause
  }

  /** Saves, and takes note of what it cost. */
  async save(write: () => Promise<void>): Promise<void> {
    const begun = this.now()
    await write()
    this.#saved = this.now()
    this.#pause = Math.max(this.longest, (this.#saved - begun) / SHARE)
  }
}
