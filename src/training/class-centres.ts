import { RandomStream } from '../random/philox.js'
import type { OptimiserDeclaration, StepSettings } from './optimisers/optimiser.js'

/** insightface's deviation of fresh centres. */
const DEVIATION = 0.01

/** The classes in the softmax of one step. */
export interface ClassSample {
  /** ascending; all classes where none are left out */
  readonly classes: Uint32Array
  /** for each image of the batch, the row of its class among them */
  readonly own: BigInt64Array
  /** [classes, size] */
  readonly centres: Float32Array
}

/**
 * The centre of each class, one row each, of which every step sees a sample: the classes of its images, and others at random
 * (An et al., Partial FC, arXiv 2203.15565). Where all are seen, nothing is copied.
 */
export class ClassCentres {
  readonly values: Float32Array
  readonly state: readonly Float32Array[]
  readonly gradient: Float32Array
  readonly sampled: number
  readonly #rows: Float32Array
  readonly #rowOf: Int32Array

  /**
   * @param share of the classes that a step sees; at least those of its images are
   * @param kept numbers that the optimiser keeps of each number
   */
  constructor(
    readonly count: number,
    readonly size: number,
    private readonly seed: number,
    { share, batch, kept }: { share: number; batch: number; kept: number },
  ) {
    this.sampled = Math.min(count, Math.max(Math.ceil(share * count), batch))
    this.values = new Float32Array(count * size)
    new RandomStream(seed, 'class centres').fillNormal(this.values, DEVIATION)
    this.state = Array.from({ length: kept }, () => new Float32Array(count * size))
    this.gradient = new Float32Array(this.sampled * size)
    this.#rows = this.sampled === count ? this.values : new Float32Array(this.sampled * size)
    this.#rowOf = new Int32Array(count)
  }

  /** @param labels the class of each image */
  sample(labels: Uint32Array, step: number): ClassSample {
    const classes = this.#choose(labels, step)
    for (const [row, each] of classes.entries()) this.#rowOf[each] = row
    if (this.#rows !== this.values) {
      for (const [row, each] of classes.entries())
        this.#rows.set(this.values.subarray(each * this.size, (each + 1) * this.size), row * this.size)
    }
    const own = BigInt64Array.from(labels, (label) => BigInt(this.#rowOf[label]))
    return { classes, own, centres: this.#rows }
  }

  /** Steps the centres of a sample by `gradient`. */
  step<Options>(
    { classes }: ClassSample,
    optimiser: OptimiserDeclaration,
    settings: StepSettings,
    options: Options,
  ): void {
    const { values, state, gradient, size } = this
    if (this.sampled === this.count) {
      optimiser.step({ values, gradient, state, at: 0, from: 0, count: values.length }, settings, options)
      return
    }
    for (const [row, each] of classes.entries())
      optimiser.step(
        { values, gradient, state, at: each * size, from: row * size, count: size },
        settings,
        options,
      )
  }

  #choose(labels: Uint32Array, step: number): Uint32Array {
    const { count, sampled } = this
    if (sampled === count) return Uint32Array.from({ length: count }, (_, i) => i)
    const isIn = new Uint8Array(count)
    let chosen = 0
    const take = (each: number) => {
      if (isIn[each] === 1) return
      isIn[each] = 1
      chosen++
    }
    for (const label of labels) take(label)
    const random = new RandomStream(this.seed, 'sampled classes', step)
    while (chosen < sampled) take(random.nextInt(count))
    const classes = new Uint32Array(sampled)
    for (let each = 0, row = 0; each < count; each++) if (isIn[each] === 1) classes[row++] = each
    return classes
  }
}
