import type { StateDict, StoredTensor } from '../checkpoint/stored-tensor.js'
import { InputError } from '../errors.js'

/**
 * The named weights of a network that is being built. Every key must be taken or set aside: what is missing, left over
 * or of another shape is an error that names it.
 */
export class Weights {
  readonly #untouched: Set<string>
  #taken = 0

  /** @param where the checkpoint, for messages */
  constructor(
    private readonly state: StateDict,
    readonly where: string,
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

  /** @throws InputError where the key is missing or its shape has another number of sizes */
  shapeOf(key: string, rank: number): readonly number[] {
    const { shape } = this.#find(key)
    if (shape.length !== rank) throw this.#misshapen(key, shape, `${rank} sizes`)
    return shape
  }

  /** @throws InputError where the key is missing or its shape isn't `shape` */
  take(key: string, shape: readonly number[]): StoredTensor {
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

  /** @throws InputError where keys are left over */
  finish(): void {
    if (this.#untouched.size === 0) return
    const [first, ...others] = this.#untouched
    throw new InputError(
      `the key '${first}'${others.length > 0 ? ` and ${others.length} more are` : ' is'} left over`,
      this.where,
      'name the architecture with --as, or use the checkpoint of the network alone',
    )
  }

  #find(key: string): StoredTensor {
    const tensor = this.state.get(key)
    if (tensor !== undefined) return tensor
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
