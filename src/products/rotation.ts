import { RandomStream } from '../random/philox.js'

/**
 * A fixed rotation that spreads every vector's weight evenly over its numbers: signs flipped at random, then a
 * Walsh-Hadamard transform, scaled to keep lengths ("randomised Hadamard transform", Ailon and Chazelle 2009).
 * Whatever the features are (sparse, of one sign, of few strong directions), the numbers of a rotated one are
 * spread about as a normal's, so that one step of quantisation suits them all. Inner products stay the same.
 */
export interface Rotation {
  /** Rotates one vector in place. Time as n log n. */
  apply(vector: Float64Array): void
}

/** The unnormalised Walsh-Hadamard transform of `size` numbers from `from`, in place; `size` a power of 2. */
function walshHadamard(vector: Float64Array, from: number, size: number): void {
  const end = from + size
  let step = 1
  if (Math.log2(size) % 2 === 1) {
    for (let i = from; i < end; i += 2) {
      const a = vector[i]
      const b = vector[i + 1]
      vector[i] = a + b
      vector[i + 1] = a - b
    }
    step = 2
  }
  // Two stages at a time: half the passes over the vector.
  for (; step < size; step *= 4) {
    for (let start = from; start < end; start += 4 * step) {
      for (let i = start; i < start + step; i++) {
        const a = vector[i] + vector[i + step]
        const b = vector[i] - vector[i + step]
        const c = vector[i + 2 * step] + vector[i + 3 * step]
        const d = vector[i + 2 * step] - vector[i + 3 * step]
        vector[i] = a + c
        vector[i + step] = b + d
        vector[i + 2 * step] = a - c
        vector[i + 3 * step] = b - d
      }
    }
  }
}

function randomSigns(columns: number, round: number, scale: number): Float64Array {
  const stream = new RandomStream(0, 'rotation', round)
  return Float64Array.from({ length: columns }, () => (stream.next() < 0.5 ? -scale : scale))
}

/** The rotation of vectors of `columns` numbers; always the same one. */
export function rotationOf(columns: number): Rotation {
  const size = 2 ** Math.floor(Math.log2(columns))
  // Where the length is no power of 2, a second round over the last `size` numbers reaches those beyond.
  const starts = size === columns ? [0] : [0, columns - size]
  const scale = 1 / Math.sqrt(size)
  const rounds = starts.map((from, round) => ({ from, signs: randomSigns(size, round, scale) }))
  return {
    apply(vector) {
      for (const { from, signs } of rounds) {
        for (let i = 0; i < size; i++) vector[from + i] *= signs[i]
        walshHadamard(vector, from, size)
      }
    },
  }
}
