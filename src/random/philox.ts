/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011). The n-th number of a stream is a pure function of (seed, stream, n), so any part of a run can be
 * made alone and gives the same bytes whatever the threads, the batches or the shards.
 */
const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85

/** High and low halves of a 32 x 32 bit product, by 16-bit limbs (no BigInt). */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = aLow * bLow
  const middle = aHigh * bLow + (low >>> 16)
  const carry = (middle & 0xffff) + aLow * bHigh
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0
}

/** One Philox4x32-10 block: 4 words from a 128-bit counter and a 64-bit key, written into `out`. */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0)
    const low0 = Math.imul(M0, c0) >>> 0
    const high1 = mulHigh(M1, c2)
    const low1 = Math.imul(M1, c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/** 32-bit FNV-1a of a name: tells the streams of one seed apart. */
function hashName(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/**
 * A stream of random numbers, named by what it is for and by up to two indices (identity and image, say).
 * Streams with another seed, name or index are independent.
 *
 * @example
 * const noise = new RandomStream(seed, 'noise', identity, image)
 * noise.fillNormal(vector)
 */
export class RandomStream {
  readonly #block = new Uint32Array(4)
  readonly #key0: number
  readonly #key1: number
  #counter = 0
  #used = 4
  #spare = Number.NaN

  /** @param seed a non-negative safe integer @param a,b indices below 2^32 */
  constructor(
    seed: number,
    name: string,
    readonly a = 0,
    readonly b = 0,
  ) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`a seed is a non-negative integer, not ${seed}`)
    this.#key0 = (seed ^ hashName(name)) >>> 0
    this.#key1 = (Math.floor(seed / 2 ** 32) ^ Math.imul(hashName(`${name}'`), W0)) >>> 0
  }

  /** Uniform over 0 .. 2^32 - 1. */
  nextUint32(): number {
    if (this.#used === 4) {
      philox4x32(
        this.#counter >>> 0,
        Math.floor(this.#counter / 2 ** 32),
        this.a >>> 0,
        this.b >>> 0,
        this.#key0,
        this.#key1,
        this.#block,
      )
      this.#counter++
      this.#used = 0
    }
    return this.#block[this.#used++]
  }

  /** Uniform over [0, 1), 53 bits. */
  next(): number {
    const high = this.nextUint32() >>> 5
    const low = this.nextUint32() >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  /** Uniform integer over 0 .. bound - 1 (Lemire's rejection, no bias). */
  nextInt(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound)
    let value = this.nextUint32()
    while (value >= limit) value = this.nextUint32()
    return value % bound
  }

  /** Standard normal (Box-Muller; both values of a pair are used). */
  nextNormal(): number {
    if (!Number.isNaN(this.#spare)) {
      const value = this.#spare
      this.#spare = Number.NaN
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    const angle = 2 * Math.PI * this.next()
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  /** Fills `out` with standard normals times `sigma`. */
  fillNormal(out: Float32Array | Float64Array, sigma = 1): void {
    for (let i = 0; i < out.length; i++) out[i] = this.nextNormal() * sigma
  }

  /** A random order of 0 .. n - 1 (Fisher-Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.nextInt(i + 1)
      const held = order[i]
      order[i] = order[j]
      order[j] = held
    }
    return order
  }
}
