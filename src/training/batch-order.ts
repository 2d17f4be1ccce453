import { RandomStream } from '../random/philox.js'

/** The images of each step: each epoch goes through all of them in an order of its own; what fills no batch is left out. */
export class BatchOrder {
  #epoch = -1
  #order: Uint32Array = new Uint32Array(0)

  constructor(
    private readonly images: number,
    private readonly batch: number,
    private readonly seed: number,
  ) {}

  get stepsPerEpoch(): number {
    return Math.floor(this.images / this.batch)
  }

  /** @param step from 0 on */
  imagesOf(step: number): Uint32Array {
    const epoch = Math.floor(step / this.stepsPerEpoch)
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#order = new RandomStream(this.seed, 'order', epoch).permutation(this.images)
    }
    const from = (step % this.stepsPerEpoch) * this.batch
    return this.#order.slice(from, from + this.batch)
  }
}
