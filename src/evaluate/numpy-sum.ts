/**
 * The sum of `n` numbers from `start` in the order in which NumPy adds contiguous float64 numbers (pairwise
 * summation with eight accumulators over blocks of at most 128), so that a distance equals the reference
 * implementation's to the last bit and falls on the same side of a threshold.
 */
export function numpySum(x: Float64Array, start = 0, n = x.length): number {
  if (n < 8) {
    let sum = 0
    for (let i = start; i < start + n; i++) sum += x[i]
    return sum
  }
  if (n > 128) {
    let half = Math.floor(n / 2)
    half -= half % 8
    return numpySum(x, start, half) + numpySum(x, start + half, n - half)
  }
  let r0 = x[start]
  let r1 = x[start + 1]
  let r2 = x[start + 2]
  let r3 = x[start + 3]
  let r4 = x[start + 4]
  let r5 = x[start + 5]
  let r6 = x[start + 6]
  let r7 = x[start + 7]
  const whole = start + n - (n % 8)
  for (let i = start + 8; i < whole; i += 8) {
    r0 += x[i]
    r1 += x[i + 1]
    r2 += x[i + 2]
    r3 += x[i + 3]
    r4 += x[i + 4]
    r5 += x[i + 5]
    r6 += x[i + 6]
    r7 += x[i + 7]
  }
  let sum = r0 + r1 + (r2 + r3) + (r4 + r5 + (r6 + r7))
  for (let i = whole; i < start + n; i++) sum += x[i]
  return sum
}
