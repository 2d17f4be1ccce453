/**
 * P(Z > z) for a standard normal Z. Series below 3, continued fraction (Lentz) above: relative error below 1e-12 in
 * both tails.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let term = z
    let sum = z
    for (let n = 3; Math.abs(term) > 1e-18; n += 2) {
      term *= (z * z) / n
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = 0
  for (let n = 200; n >= 1; n--) fraction = n / (z + fraction)
  return density / (z + fraction)
}

/** The z with P(Z < z) = share, by bisection to the last bits. `share` in (0, 1). */
export function normalQuantile(share: number): number {
  if (share < 0.5) return -normalQuantile(1 - share)
  let low = 0
  let high = 40
  for (let i = 0; i < 200 && low < high; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (normalTail(middle) > 1 - share) low = middle
    else high = middle
  }
  return (low + high) / 2
}
