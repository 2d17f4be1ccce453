import type { Crossed } from '../../src/evaluate/crossed-mean.js'
import { RandomStream } from '../../src/random/philox.js'

/** Standard deviations of what is a seed's own, a pair's own, and both's. */
export interface CrossedDeviations {
  readonly seed: number
  readonly pair: number
  readonly both: number
}

export const CROSSED_SETTINGS: readonly ({ readonly name: string } & CrossedDeviations)[] = [
  { name: 'pairs alone', seed: 0, pair: 1, both: 1 },
  { name: 'pairs', seed: 0.02, pair: 0.3, both: 0.6 },
  { name: 'seeds and pairs alike', seed: 0.05, pair: 0.3, both: 0.6 },
  { name: 'seeds', seed: 0.1, pair: 0.3, both: 0.6 },
  { name: 'seeds, no pair of its own', seed: 0.1, pair: 0, both: 0.6 },
]

/** Differences whose true mean is 0, with what their interval is told from. */
export function crossedDifferences(
  simulation: number,
  seeds: number,
  pairs: number,
  { seed, pair, both }: CrossedDeviations,
): Crossed {
  const stream = new RandomStream(simulation, 'crossed differences', seeds)
  const normals = (count: number, deviation: number): Float64Array => {
    const values = new Float64Array(count)
    stream.fillNormal(values, deviation)
    return values
  }
  const ofPairs = normals(pairs, pair)
  const repeats = Array.from(normals(seeds, seed), (ofSeed) =>
    normals(pairs, both).map((value, i) => value + ofPairs[i] + ofSeed),
  )
  const together = ofPairs.map((_, i) => repeats.reduce((sum, repeat) => sum + repeat[i], 0) / seeds)
  return {
    differences: repeats.map(meanOf),
    alone: meanOf(Float64Array.from(repeats, varianceOfMean)),
    together: varianceOfMean(together),
  }
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

function varianceOfMean(values: Float64Array): number {
  const mean = meanOf(values)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length
}
