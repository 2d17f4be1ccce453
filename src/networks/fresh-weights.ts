import { RandomStream } from '../random/philox.js'
import { type Convolution, kernelShape } from './layers.js'
import type { WeightTensor, WeightTensors } from './weights.js'

const PRELU_SLOPE = 0.25

/**
 * Weights as PyTorch initialises its layers: kernels, matrices and their biases uniform within 1 / sqrt(inputs of an output),
 * slopes 0.25, normalisation that changes nothing. Each is a pure function of the seed and its name, drawn when it is read.
 */
export class FreshWeights {
  readonly #tensors = new Map<string, WeightTensor>()

  /** @param seed a non-negative integer */
  constructor(private readonly seed: number) {}

  get tensors(): WeightTensors {
    return this.#tensors
  }

  convolution(key: string, shape: Convolution, bias = false): void {
    const sizes = kernelShape(shape)
    const inputs = sizes.slice(1).reduce((product, n) => product * n, 1)
    this.#uniform(`${key}.weight`, sizes, inputs)
    if (bias) this.#uniform(`${key}.bias`, [shape.to], inputs)
  }

  linear(key: string, from: number, to: number): void {
    this.#uniform(`${key}.weight`, [to, from], from)
    this.#uniform(`${key}.bias`, [to], from)
  }

  /** A linear layer as vision transformers begin it: uniform within sqrt(6 / (from + to)) (Glorot), biases 0. */
  glorot(key: string, from: number, to: number): void {
    this.#uniform(`${key}.weight`, [to, from], (from + to) / 6)
    this.constant(`${key}.bias`, [to], 0)
  }

  /** Normal numbers, as learned positions begin. */
  normal(key: string, shape: readonly number[], deviation: number): void {
    this.#add(key, shape, (values) =>
      new RandomStream(this.seed, `weight ${key}`).fillNormal(values, deviation),
    )
  }

  /** Of a normalisation. @param factor what the normalised map is multiplied by */
  affine(key: string, channels: number, factor = 1): void {
    this.constant(`${key}.weight`, [channels], factor)
    this.constant(`${key}.bias`, [channels], 0)
  }

  /** @param factor what the normalised map is multiplied by */
  batchNorm(key: string, channels: number, factor = 1): void {
    this.affine(key, channels, factor)
    this.constant(`${key}.running_mean`, [channels], 0)
    this.constant(`${key}.running_var`, [channels], 1)
  }

  prelu(key: string, channels: number): void {
    this.constant(`${key}.weight`, [channels], PRELU_SLOPE)
  }

  /** A weight of one number, over and over. */
  constant(key: string, shape: readonly number[], value: number): void {
    this.#add(key, shape, (values) => values.fill(value))
  }

  /** PyTorch's kaiming_uniform with a = sqrt(5) comes to this bound. */
  #uniform(key: string, shape: readonly number[], inputs: number): void {
    const bound = 1 / Math.sqrt(inputs)
    this.#add(key, shape, (values) => {
      const stream = new RandomStream(this.seed, `weight ${key}`)
      for (let i = 0; i < values.length; i++) values[i] = ((stream.nextUint32() + 0.5) / 2 ** 31 - 1) * bound
    })
  }

  #add(key: string, shape: readonly number[], fill: (values: Float32Array) => void): void {
    const size = shape.reduce((product, n) => product * n, 1)
    this.#tensors.set(key, {
      shape,
      size,
      readFloat32() {
        const values = new Float32Array(size)
        fill(values)
        return values
      },
    })
  }
}
