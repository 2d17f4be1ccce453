import { bump, curveThrough, smoothstep } from '../curves.js'
import { gridTriangles } from './surface.js'

/**
 * The mean head as a mesh of rings. Units are pixels of a frontal 112x112 crop; the origin lies between
 * the ears at the height of the eyes, x to the right of the image, y up, z to the camera. Eyes are at
 * (+-17.6, 0), the mouth at y = -40.5, the chin at about -63.
 */
export interface HeadMesh {
  readonly rows: number
  readonly columns: number
  /** angle of each column around the head, radians: 0 front, positive to the image's right */
  readonly angles: Float64Array
  /** height of each row */
  readonly heights: Float64Array
  /** positions, xyz */
  readonly positions: Float32Array
  /** vertex numbers, three a triangle, anticlockwise seen from outside */
  readonly triangles: Uint32Array
}

const FRONT_INTERVALS = 62
const BACK_INTERVALS = 13
const FRONT_ANGLE = (85 * Math.PI) / 180

const halfWidth = curveThrough([
  [-66, 5],
  [-63, 12.5],
  [-58, 20.5],
  [-52, 27],
  [-44, 32.5],
  [-34, 36.5],
  [-22, 39.3],
  [-8, 41],
  [8, 41.8],
  [22, 41],
  [36, 37.5],
  [47, 31],
  [55, 23],
  [60, 13],
  [62, 0.01],
])
const frontDepth = curveThrough([
  [-66, 30],
  [-63, 43],
  [-57, 47.5],
  [-49, 45.5],
  [-40, 46],
  [-30, 45],
  [-18, 44],
  [-8, 43.5],
  [4, 44],
  [12, 46.5],
  [22, 47],
  [34, 45],
  [46, 38],
  [55, 27],
  [60, 15],
  [62, 0.01],
])
const backDepth = curveThrough([
  [-66, 22],
  [-44, 33],
  [-34, 40],
  [-22, 50],
  [-8, 57],
  [8, 60],
  [22, 59],
  [36, 54],
  [47, 44],
  [55, 32],
  [60, 18],
  [62, 0.01],
])
const noseRidge = curveThrough([
  [-28, 0],
  [-26, 1.5],
  [-24.2, 6],
  [-21.8, 12.2],
  [-19, 14.2],
  [-15, 12],
  [-8, 8],
  [0, 4.4],
  [6, 1.5],
  [11, 0],
])

/** How far the mean face stands out of the smooth head at (|x|, y). */
function relief(x: number, y: number): number {
  const noseWidth = 4 + 1.7 * smoothstep(0, -20, y)
  return (
    noseRidge(y) * Math.exp(-((x / noseWidth) ** 2)) +
    5.8 * bump(x, 7.2, 3) * bump(y, -20.8, 3) +
    2 * bump(x, 13, 12) * bump(y, 10.5, 4) -
    6 * bump(x, 15.5, 8.5) * bump(y, 2, 6) +
    2.8 * bump(x, 17.6, 6.5) * bump(y, -0.5, 4.2) +
    2.5 * bump(x, 25, 9) * bump(y, -14, 8) +
    3 * bump(x, 0, 15) * bump(y, -38, 11) -
    0.9 * bump(x, 0, 1.8) * bump(y, -31.5, 4) +
    2.4 * bump(x, 0, 9) * bump(y, -37.3, 2.4) +
    3 * bump(x, 0, 8.5) * bump(y, -44.3, 2.8) -
    2.4 * bump(y, -40.5, 1.3) * bump(x, 0, 12) -
    2.2 * bump(x, 0, 10) * bump(y, -50, 3) +
    3.5 * bump(x, 0, 8.5) * bump(y, -57.5, 5)
  )
}

function columnAngles(): Float64Array {
  const angles: number[] = []
  for (let i = 0; i <= FRONT_INTERVALS; i++) {
    const u = (2 * i) / FRONT_INTERVALS - 1
    angles.push(FRONT_ANGLE * (0.72 * u + 0.28 * u ** 3))
  }
  for (let i = 1; i < BACK_INTERVALS; i++)
    angles.push(FRONT_ANGLE + ((2 * Math.PI - 2 * FRONT_ANGLE) * i) / BACK_INTERVALS)
  return Float64Array.from(angles)
}

function rowHeights(): Float64Array {
  const heights: number[] = [
    62, 61.3, 59.5, 57, 54, 50.5, 46.5, 42.5, 38.5, 34.5, 30.5, 26.5, 23, 20, 17.3, 15,
  ]
  for (let y = 13.2; y > -29; y -= 1.45) heights.push(y)
  for (let y = heights[heights.length - 1] - 1.3; y > -52; y -= 1.3) heights.push(y)
  heights.push(-53.6, -56, -58.4, -60.6, -62.6, -64.3, -66)
  return Float64Array.from(heights)
}

function build(): HeadMesh {
  const angles = columnAngles()
  const heights = rowHeights()
  const rows = heights.length
  const columns = angles.length
  const positions = new Float32Array(rows * columns * 3)
  for (let row = 0; row < rows; row++) {
    const y = heights[row]
    for (let column = 0; column < columns; column++) {
      const sin = Math.sin(angles[column])
      const cos = Math.cos(angles[column])
      const x = halfWidth(y) * sin
      const depth = cos >= 0 ? frontDepth(y) * cos ** 0.88 : -backDepth(y) * (-cos) ** 0.9
      const z = depth + (cos > 0 ? relief(Math.abs(x), y) * smoothstep(0, 0.35, cos) : 0)
      positions.set([x, y, z], (row * columns + column) * 3)
    }
  }
  return { rows, columns, angles, heights, positions, triangles: gridTriangles(rows, columns, true) }
}

/** The mean head, made once. */
export const HEAD: HeadMesh = build()

/** The vertex on the front whose place in the mean face is nearest to (x, y). */
export function nearestFrontVertex(x: number, y: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < HEAD.positions.length / 3; i++) {
    if (HEAD.positions[3 * i + 2] <= 0) continue
    const distance = (HEAD.positions[3 * i] - x) ** 2 + (HEAD.positions[3 * i + 1] - y) ** 2
    if (distance < least) {
      least = distance
      best = i
    }
  }
  return best
}
