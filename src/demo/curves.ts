/** Gaussian bump of height 1 at `centre`. */
export function bump(value: number, centre: number, width: number): number {
  const t = (value - centre) / width
  return Math.exp(-t * t)
}

/** About exp(-square), exactly 0 from 6: what painters use for every sample. */
export function falloff(square: number): number {
  if (square >= 6) return 0
  const base = 1 - square / 6
  const cube = base * base * base
  return cube * cube
}

/** 0 up to `low`, 1 from `high`, smooth between; `low` may exceed `high`. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = (value - low) / (high - low)
  if (t <= 0) return 0
  if (t >= 1) return 1
  return t * t * (3 - 2 * t)
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** A smooth curve through knots [argument, value], arguments ascending (cubic Hermite, flat beyond the ends). */
export function curveThrough(knots: readonly (readonly [number, number])[]): (at: number) => number {
  const last = knots.length - 1
  const slopes = knots.map((_, i) => {
    const before = knots[Math.max(0, i - 1)]
    const after = knots[Math.min(last, i + 1)]
    return i === 0 || i === last ? 0 : (after[1] - before[1]) / (after[0] - before[0])
  })
  return (at) => {
    if (at <= knots[0][0]) return knots[0][1]
    if (at >= knots[last][0]) return knots[last][1]
    let i = 0
    while (knots[i + 1][0] < at) i++
    const width = knots[i + 1][0] - knots[i][0]
    const t = (at - knots[i][0]) / width
    const t2 = t * t
    const t3 = t2 * t
    return (
      (2 * t3 - 3 * t2 + 1) * knots[i][1] +
      (t3 - 2 * t2 + t) * width * slopes[i] +
      (3 * t2 - 2 * t3) * knots[i + 1][1] +
      (t3 - t2) * width * slopes[i + 1]
    )
  }
}
