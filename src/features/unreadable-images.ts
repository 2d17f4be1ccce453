import { PassedOverFiles } from '../images/passed-over.js'

/** Images that were left out because they can't be read or don't decode, by their places in the order of reading. */
export class UnreadableImages {
  readonly #places: number[] = []
  readonly files = new PassedOverFiles()

  add(place: number, name: string, reason: string): void {
    this.#places.push(place)
    this.files.add({ name, reason })
  }

  get places(): readonly number[] {
    return this.#places
  }

  get count(): number {
    return this.files.count
  }

  /** As numbers for a checkpoint: how many, then the places. */
  state(): Float64Array {
    return Float64Array.of(this.#places.length, ...this.#places)
  }

  /** Takes what {@link state} wrote from the front of a checkpoint. @returns how many numbers it was */
  restore(state: Float64Array): number {
    for (const place of state.subarray(1, 1 + state[0])) {
      this.add(place, `image ${place + 1}`, 'left out before the interruption')
    }
    return 1 + state[0]
  }
}
