/**
 * P(|T| < t) for Student's t with a whole number of degrees of freedom: the finite series of Abramowitz and Stegun
 * (26.7.3, 26.7.4), exact but for rounding. Cost grows with the degrees.
 */
export function studentWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const odd = degrees % 2 === 1
  let term = odd ? cos : 1
  let sum = degrees === 1 ? 0 : term
  for (let n = odd ? 3 : 2; n < degrees; n += 2) {
    term *= ((n - 1) / n) * cos * cos
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum
}

/** The t with P(|T| < t) = share, by bisection to the last bits. */
export function studentQuantile(share: number, degrees: number): number {
  let high = 1
  while (studentWithin(high, degrees) < share) high *= 2
  let low = 0
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (studentWithin(middle, degrees) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** A mean of repetitions, and half the width of its interval. */
export interface MeanOfRepeats {
  readonly mean: number
  /** of a single one there are neither */
  readonly half?: number
  /** of the repetitions, with n - 1 */
  readonly deviation?: number
}

/** The mean of independent repetitions with Student's interval. @param values one or more */
export function meanOfRepeats(values: readonly number[], level: number): MeanOfRepeats {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n < 2) return { mean }
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  const deviation = Math.sqrt(variance)
  return { mean, deviation, half: (studentQuantile(level, n - 1) * deviation) / Math.sqrt(n) }
}
