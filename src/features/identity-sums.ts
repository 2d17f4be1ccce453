import type { Matrix } from '../arrays/matrix.js'
import { InputError } from '../errors.js'

export interface IdentityFeatures {
  /** one identity feature a row: the mean of the features of the identity's images (not normalised) */
  readonly features: Matrix<Float32Array>
  /** images of each identity */
  readonly images: Uint32Array
}

/**
 * Sums of features by identity, in float64, in the order they come, in arrays that grow with the identities. Memory
 * 8 bytes a number of an identity feature.
 */
export class IdentitySums {
  #sums: Float64Array
  #counts: Float64Array
  #identities = 0

  /** @param room identities there is memory for from the beginning: growing needs twice the memory for a moment */
  constructor(
    private readonly size: number,
    room = 0,
  ) {
    this.#sums = new Float64Array(room * size)
    this.#counts = new Float64Array(room)
  }

  /** @param identities of the rows, each a whole number from 0 */
  add(identities: ArrayLike<number>, features: Float32Array): void {
    for (let row = 0; row < identities.length; row++) {
      const identity = identities[row]
      if (identity >= this.#counts.length) this.#grow(identity + 1)
      if (identity >= this.#identities) this.#identities = identity + 1
      const to = identity * this.size
      const from = row * this.size
      for (let i = 0; i < this.size; i++) this.#sums[to + i] += features[from + i]
      this.#counts[identity]++
    }
  }

  #grow(identities: number): void {
    const room = Math.max(identities, Math.ceil(this.#counts.length * 1.5), 1024)
    const sums = new Float64Array(room * this.size)
    const counts = new Float64Array(room)
    sums.set(this.#sums)
    counts.set(this.#counts)
    this.#sums = sums
    this.#counts = counts
  }

  /** How many identities there are so far, those without an image among them. */
  get identities(): number {
    return this.#identities
  }

  /** What `restore` takes, piece after piece: how many images are done, the counts, the sums. Nothing is copied. */
  state(done: number): readonly [Float64Array, Float64Array, Float64Array] {
    const identities = this.#identities
    const sums = this.#sums.subarray(0, identities * this.size)
    return [Float64Array.of(done), this.#counts.subarray(0, identities), sums]
  }

  /** @param state is this object's from now on @returns how many images are done */
  restore(state: Float64Array): number {
    this.#identities = (state.length - 1) / (this.size + 1)
    this.#counts = state.slice(1, 1 + this.#identities)
    this.#sums = state.subarray(1 + this.#identities)
    return state[0]
  }

  /**
   * @param where what a message calls the images
   * @param names of all identities there should be, also for messages
   * @throws InputError where an identity has no image
   */
  means(where: string, names?: readonly string[]): IdentityFeatures {
    const identities = Math.max(this.#identities, names?.length ?? 0)
    const data = new Float32Array(identities * this.size)
    for (let identity = 0; identity < identities; identity++) {
      const count = this.#counts[identity] ?? 0
      if (count === 0) {
        const name = names?.[identity] ?? String(identity)
        throw new InputError(
          `identity ${name} has no image`,
          where,
          'remove it, or number identities without gaps',
        )
      }
      for (let i = identity * this.size; i < (identity + 1) * this.size; i++) data[i] = this.#sums[i] / count
    }
    return {
      features: { rows: identities, columns: this.size, data },
      images: Uint32Array.from(this.#counts.subarray(0, identities)),
    }
  }
}

/** The mean feature of each identity, of images that come in pieces. @throws InputError where an identity has no image */
export async function identityMeans(
  images: AsyncIterable<{ readonly features: Matrix<Float32Array>; readonly labels: ArrayLike<number> }>,
  columns: number,
  where: string,
): Promise<Matrix<Float32Array>> {
  const sums = new IdentitySums(columns)
  for await (const { features, labels } of images) sums.add(labels, features.data)
  return sums.means(where).features
}
