import { InputError } from '../errors.js'

/** A weight: a tensor of a checkpoint, or one that is freshly drawn. Its numbers are made or read when they are asked for. */
export interface WeightTensor {
  readonly shape: readonly number[]
  /** how many numbers it has */
  readonly size: number
  /** in C order */
  readFloat32(): Float32Array
}

/** A network's weights by their names in PyTorch. */
export type WeightTensors = ReadonlyMap<string, WeightTensor>

/**
 * The named weights of a network that is being built. Every key must be taken or set aside: what is missing, left over
 * or of another shape is an error that names it.
 */
export class Weights {
  readonly #untouched: Set<string>
  #taken = 0

  /**
   * @param where the checkpoint, or what drew them, for messages
   * @param unread by key, the class of an object that stands where a weight may and is not read
   */
  constructor(
    private readonly state: WeightTensors,
    readonly where: string,
    private readonly unread: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#untouched = new Set(state.keys())
  }

  has(key: string): boolean {
    return this.state.has(key)
  }

  /** How many numbers of the checkpoint the network uses. */
  get size(): number {
    return this.#taken
  }

  /** How many numbered children a key has: `layer1.0`, `layer1.1` .. */
  count(prefix: string): number {
    let count = 0
    const keys = [...this.state.keys()]
    while (keys.some((key) => key.startsWith(`${prefix}.${count}.`))) count++
    return count
  }

  /** How many sizes its shape has. @throws InputError where the key is missing */
  rankOf(key: string): number {
    return this.#find(key).shape.length
  }

  /** @throws InputError where the key is missing or its shape has another number of sizes */
  shapeOf(key: string, rank: number): readonly number[] {
    const { shape } = this.#find(key)
    if (shape.length !== rank) throw this.#misshapen(key, shape, `${rank} sizes`)
    return shape
  }

  /** @throws InputError where the key is missing or its shape isn't `shape` */
  take(key: string, shape: readonly number[]): WeightTensor {
    const tensor = this.#find(key)
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
      throw this.#misshapen(key, tensor.shape, `[${shape.join(', ')}]`)
    }
    if (this.#untouched.delete(key)) this.#taken += tensor.size
    return tensor
  }

  /** Sets aside keys that the network's output doesn't depend on: each one, or all that begin with one that ends in a dot. */
  setAside(...names: string[]): void {
    for (const name of names) {
      if (!name.endsWith('.')) this.#untouched.delete(name)
      else for (const key of this.#untouched) if (key.startsWith(name)) this.#untouched.delete(key)
    }
  }

  /**
   * Says that the network is built. A matrix that is left over, alone in its module and as wide as the network's output, is
   * a margin's: the classes that it was trained on.
   * @param featureSize numbers of the output; undefined where it is no feature
   * @returns the margin's keys @throws InputError where other keys are left over
   */
  finish(featureSize?: number): string[] {
    const left = [...this.#untouched]
    const used = new Set([...this.state.keys()].filter((key) => !this.#untouched.has(key)).map(moduleOf))
    const isMargin = (key: string) => {
      const { shape } = this.#find(key)
      const size = shape.length === 2 ? shape.find((n) => n === featureSize) : undefined
      return !used.has(moduleOf(key)) && (size !== undefined || shape.length < 2)
    }
    const matrices = left.filter((key) => this.#find(key).shape.length === 2)
    if (left.length === 0 || (featureSize !== undefined && matrices.length === 1 && left.every(isMargin)))
      return left
    const [first, ...others] = left
    throw new InputError(
      `the key '${first}'${others.length > 0 ? ` and ${others.length} more are` : ' is'} left over`,
      this.where,
      'name the architecture with --as, or use the checkpoint of the network alone',
    )
  }

  #find(key: string): WeightTensor {
    const tensor = this.state.get(key)
    if (tensor !== undefined) return tensor
    const object = this.unread.get(key)
    if (object !== undefined) {
      throw new InputError(
        `the key '${key}' is no plain tensor but '${object}', which is not read here; nothing was run`,
        this.where,
        'save the state_dict with plain tensors: v.dequantize() of quantised ones, v.to_dense() of sparse ones',
      )
    }
    throw new InputError(
      `the key '${key}' is missing`,
      this.where,
      'name the architecture with --as, or download the checkpoint again',
    )
  }

  #misshapen(key: string, shape: readonly number[], expected: string): InputError {
    return new InputError(
      `the key '${key}' has shape [${shape.join(', ')}], ${expected} expected`,
      this.where,
      'name the architecture with --as, or download the checkpoint again',
    )
  }
}

/** What a key belongs to: its first part. */
function moduleOf(key: string): string {
  return key.split('.')[0]
}
