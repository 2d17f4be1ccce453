import type { Point } from './arcface-template.js'

/** A turn, a scale and a shift: `x' = a x - b y + tx`, `y' = b x + a y + ty`. */
export interface Similarity {
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}

/**
 * The similarity without a reflection that takes points to others with the least squared error (Umeyama 1991).
 * @throws RangeError where the numbers of points differ, or all points are one
 */
export function fitSimilarity(points: readonly Point[], to: readonly Point[]): Similarity {
  const n = points.length
  if (n !== to.length) throw new RangeError(`${n} points to ${to.length}`)
  const [px, py] = centreOf(points)
  const [qx, qy] = centreOf(to)
  let dot = 0
  let cross = 0
  let square = 0
  for (let i = 0; i < n; i++) {
    const x = points[i][0] - px
    const y = points[i][1] - py
    const u = to[i][0] - qx
    const v = to[i][1] - qy
    dot += x * u + y * v
    cross += x * v - y * u
    square += x * x + y * y
  }
  if (!(square > 0)) throw new RangeError('points that are all one have no direction')
  const a = dot / square
  const b = cross / square
  return { a, b, tx: qx - a * px + b * py, ty: qy - b * px - a * py }
}

function centreOf(points: readonly Point[]): Point {
  let x = 0
  let y = 0
  for (const point of points) {
    x += point[0] / points.length
    y += point[1] / points.length
  }
  return [x, y]
}
