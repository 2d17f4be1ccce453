import { normalQuantile } from './normal.js'
import { studentQuantile } from './student.js'
import { sampleVariance } from './uncertainty.js'

/** Differences of repetitions that share their pairs. */
export interface Crossed {
  /** one a repetition */
  readonly differences: readonly number[]
  /** of the pairs: the variance of one repetition's difference (its mean over the repetitions), and that of their mean */
  readonly alone: number
  readonly together: number
}

/** Beyond that many degrees of freedom Student's t is the normal. */
const MANY = 1000

/**
 * Half the width of the interval of a mean over repetitions and pairs, both drawn at random. What varies is a repetition's own, a
 * pair's own, and both's: the variance of the repetitions' differences over their number holds the first and the third, that of
 * their mean over the pairs the second and the third, so that the third is taken off once. Degrees of freedom are Satterthwaite's
 * (Biometrics Bulletin 2, 1946). Of one repetition it is that of the pairs.
 */
export function crossedHalf({ differences, alone, together }: Crossed, level: number): number {
  const n = differences.length
  const normal = normalQuantile((1 + level) / 2)
  if (n < 2) return normal * Math.sqrt(together)
  const between = sampleVariance(Float64Array.from(differences)) / n
  const both = Math.max(0, alone - together) / (n - 1)
  const variance = Math.max(between + together - both, together)
  const degrees = between === 0 ? MANY : Math.min(MANY, ((n - 1) * variance ** 2) / between ** 2)
  return (degrees < MANY ? quantileOf(level, Math.max(1, degrees)) : normal) * Math.sqrt(variance)
}

/** Between whole degrees the logarithm of Student's t is nearly straight in what one is divided by them: within 0.5 %. */
function quantileOf(level: number, degrees: number): number {
  const below = Math.floor(degrees)
  const [low, high] = [studentQuantile(level, below), studentQuantile(level, below + 1)]
  return low * (high / low) ** ((1 / below - 1 / degrees) * below * (below + 1))
}
