/**
 * The receiver operating characteristic of a set of pairs, from every distinct distance: `far[i]` and `tar[i]` are
 * the shares of different and same pairs whose distance is at most `distances[i]`. The first point is (0, 0).
 */
export interface Roc {
  readonly far: Float64Array
  readonly tar: Float64Array
  readonly distances: Float64Array
}

/** The full curve; pairs with the same distance are one point. Costs a sort: n log n. */
export function rocCurve(distances: Float64Array, same: Uint8Array): Roc {
  const order = Uint32Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b])
  let positives = 0
  for (const label of same) positives += label
  const negatives = same.length - positives
  const far = [0]
  const tar = [0]
  const points = [Number.NEGATIVE_INFINITY]
  let accepted = 0
  let falselyAccepted = 0
  for (let i = 0; i < order.length; i++) {
    if (same[order[i]] === 1) accepted++
    else falselyAccepted++
    const distance = distances[order[i]]
    if (i + 1 < order.length && distances[order[i + 1]] === distance) continue
    far.push(falselyAccepted / negatives)
    tar.push(accepted / positives)
    points.push(distance)
  }
  return { far: Float64Array.from(far), tar: Float64Array.from(tar), distances: Float64Array.from(points) }
}

/** Area under the curve by trapezoids: the probability that a same pair is nearer than a different one, ties a half. */
export function areaUnderCurve({ far, tar }: Roc): number {
  let area = 0
  for (let i = 1; i < far.length; i++) area += ((far[i] - far[i - 1]) * (tar[i] + tar[i - 1])) / 2
  return area
}

/** Where the curve, drawn with straight lines, has equal shares of false accepts and false rejects. */
export function equalErrorRate({ far, tar }: Roc): number {
  for (let i = 1; i < far.length; i++) {
    const before = far[i - 1] + tar[i - 1] - 1
    const after = far[i] + tar[i] - 1
    if (after < 0) continue
    const share = after === before ? 0 : -before / (after - before)
    return far[i - 1] + share * (far[i] - far[i - 1])
  }
  return 1
}

/**
 * The highest share of accepted same pairs with at most `target` of the different pairs accepted. A step of the
 * full curve, nothing interpolated, so repeated distances do no harm.
 */
export function tarAtFar({ far, tar }: Roc, target: number): number {
  let best = 0
  for (let i = 0; i < far.length && far[i] <= target; i++) best = tar[i]
  return best
}
