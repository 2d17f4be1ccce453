import { RandomStream } from '../random/philox.js'

/** What each number of a layer is multiplied by in a step: 0, or what makes up for those that are left out. */
export function dropoutFactors(count: number, share: number, seed: number, step: number): Float32Array {
  const random = new RandomStream(seed, 'dropout', step)
  const below = share * 2 ** 32
  const kept = 1 / (1 - share)
  return Float32Array.from({ length: count }, () => (random.nextUint32() < below ? 0 : kept))
}
