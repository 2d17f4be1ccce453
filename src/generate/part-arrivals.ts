import { partCount } from './generation-plan.js'
import type { RunFolder } from './run-folder.js'

/** Hands out a run's parts in order, each as soon as it is there: what reads them need not wait for the last. */
export class PartArrivals {
  readonly #there = new Set<number>()
  #failure: { readonly error: unknown } | undefined
  #wake = (): void => {}

  constructor(private readonly run: RunFolder) {}

  /** A part is whole and on the disk. */
  add(part: number): void {
    this.#there.add(part)
    this.#wake()
  }

  /** No more parts will come. */
  fail(error: unknown): void {
    this.#failure = { error }
    this.#wake()
  }

  /** Path of part 0, 1, .. @throws what {@link fail} was told, once it is needed */
  async *paths(): AsyncGenerator<string> {
    for (let part = 0; part < partCount(this.run.plan); part++) {
      while (!this.#there.has(part)) {
        if (this.#failure !== undefined) throw this.#failure.error
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
      yield this.run.partPath(part)
    }
  }
}
