import { areaUnderCurve, equalErrorRate, type Roc, tarAtFar } from './roc.js'

/** The full ROC of a part of the pairs, refilled for each part without a sort. */
export class PartialRoc {
  readonly #order: Uint32Array
  /** 1 where the next pair in the order has another distance */
  readonly #ends: Uint8Array
  readonly #far: Float64Array
  readonly #tar: Float64Array
  readonly #distances: Float64Array

  constructor(
    distances: ArrayLike<number>,
    private readonly same: Uint8Array,
  ) {
    const order = Uint32Array.from({ length: distances.length }, (_, pair) => pair)
    order.sort((a, b) => distances[a] - distances[b])
    this.#order = order
    this.#ends = Uint8Array.from(order, (pair, i) =>
      i + 1 === order.length || distances[order[i + 1]] !== distances[pair] ? 1 : 0,
    )
    this.#far = new Float64Array(order.length + 1)
    this.#tar = new Float64Array(order.length + 1)
    this.#distances = new Float64Array(order.length + 1)
  }

  /** The curve of the pairs that are taken; valid until the next call. Linear in all pairs. */
  of(taken: Uint8Array): Roc {
    let accepted = 0
    let falselyAccepted = 0
    let points = 1
    let pending = false
    for (let i = 0; i < this.#order.length; i++) {
      const pair = this.#order[i]
      if (taken[pair] === 1) {
        if (this.same[pair] === 1) accepted++
        else falselyAccepted++
        pending = true
      }
      if (this.#ends[i] === 0 || !pending) continue
      this.#far[points] = falselyAccepted
      this.#tar[points] = accepted
      points++
      pending = false
    }
    const far = this.#far.subarray(0, points)
    const tar = this.#tar.subarray(0, points)
    for (let i = 1; i < points; i++) {
      far[i] /= falselyAccepted
      tar[i] /= accepted
    }
    return { far, tar, distances: this.#distances.subarray(0, points) }
  }
}

/** What is read off a curve. */
export interface RocScores {
  readonly auc: number
  readonly eer: number
  /** per false accept rate */
  readonly tar: readonly number[]
}

export function rocScores(roc: Roc, rates: readonly number[]): RocScores {
  return {
    auc: areaUnderCurve(roc),
    eer: equalErrorRate(roc),
    tar: rates.map((rate) => tarAtFar(roc, rate)),
  }
}
