/** Adam's numbers besides the learning rate: PyTorch's defaults. */
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

/**
 * Adam (Kingma and Ba 2015) on rows that step apart from one another, as PyTorch's `torch.optim.Adam` computes it, its
 * averages in float64. A row that is not stepped keeps its state.
 */
export class Adam {
  readonly #first: Float64Array
  readonly #second: Float64Array
  readonly #steps: Uint32Array

  constructor(
    rows: number,
    private readonly width: number,
    private readonly learningRate: number,
  ) {
    this.#first = new Float64Array(rows * width)
    this.#second = new Float64Array(rows * width)
    this.#steps = new Uint32Array(rows)
  }

  /**
   * One step of one row, in place.
   * @param values,gradient the row's numbers
   */
  step(row: number, values: Float32Array | Float64Array, gradient: Float32Array | Float64Array): void {
    const time = ++this.#steps[row]
    const size = this.learningRate / (1 - BETA1 ** time)
    const correction = Math.sqrt(1 - BETA2 ** time)
    for (let i = 0, at = row * this.width; i < this.width; i++, at++) {
      this.#first[at] += (1 - BETA1) * (gradient[i] - this.#first[at])
      this.#second[at] = BETA2 * this.#second[at] + (1 - BETA2) * gradient[i] ** 2
      values[i] -= (size * this.#first[at]) / (Math.sqrt(this.#second[at]) / correction + EPSILON)
    }
  }
}
