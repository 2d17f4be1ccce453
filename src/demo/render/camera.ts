import { ARCFACE_TEMPLATE } from '../../faces/arcface-template.js'
import { fitSimilarity, type Similarity } from '../../faces/similarity-fit.js'
import type { Attributes } from '../attributes.js'
import type { Surface } from '../shape/surface.js'

/** Millimetres of the world in one pixel: eyes are 35.2 pixels and 63 mm apart. */
const PIXELS_PER_METRE = 560
const RADIANS = Math.PI / 180
/** Along a side. */
export const SAMPLES_PER_PIXEL = 1.5

/** A view of the head: rotation, perspective, then the similarity that aligns the crop. */
export interface Camera {
  /** row-major 3x3 rotation */
  readonly rotation: Float64Array
  /** distance of the camera from the origin, pixels of the world */
  readonly distance: number
  /** image x = a px - b py + tx, image y = b px + a py + ty, in pixels */
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}

/** Pitch after yaw, as angles of the head. */
export function rotationOf(yaw: number, pitch: number): Float64Array {
  const cy = Math.cos(yaw * RADIANS)
  const sy = Math.sin(yaw * RADIANS)
  const cp = Math.cos(pitch * RADIANS)
  const sp = Math.sin(pitch * RADIANS)
  return Float64Array.of(cy, 0, sy, -sp * sy, cp, sp * cy, -cp * sy, -sp, cp * cy)
}

/** The camera whose crop is aligned by the head's own landmarks, then rolled and misplaced as the attributes say. */
export function aimCamera(head: Surface, landmarks: readonly number[], attributes: Attributes): Camera {
  const rotation = rotationOf(attributes.yaw, attributes.pitch)
  const distance = attributes.distance * PIXELS_PER_METRE
  const points = landmarks.map((vertex): readonly [number, number] => {
    const x = head.positions[3 * vertex]
    const y = head.positions[3 * vertex + 1]
    const z = head.positions[3 * vertex + 2]
    const depth = rotation[6] * x + rotation[7] * y + rotation[8] * z
    const scale = distance / (distance - depth)
    return [
      (rotation[0] * x + rotation[1] * y + rotation[2] * z) * scale,
      -(rotation[3] * x + rotation[4] * y + rotation[5] * z) * scale,
    ]
  })
  const aligned = fitSimilarity(points, ARCFACE_TEMPLATE)
  const cos = Math.cos(attributes.roll * RADIANS) * attributes.zoom
  const sin = Math.sin(attributes.roll * RADIANS) * attributes.zoom
  const a = cos * aligned.a - sin * aligned.b
  const b = sin * aligned.a + cos * aligned.b
  const dx = aligned.tx - 56
  const dy = aligned.ty - 70
  return {
    rotation,
    distance,
    a,
    b,
    tx: 56 + cos * dx - sin * dy + attributes.shiftX,
    ty: 70 + sin * dx + cos * dy + attributes.shiftY,
  }
}

/** The camera of a photograph in which a crop's pixels lie where a similarity takes them. */
export function placeCamera(camera: Camera, place: Similarity | undefined): Camera {
  if (place === undefined) return camera
  const { a, b, tx, ty } = camera
  return {
    ...camera,
    a: place.a * a - place.b * b,
    b: place.b * a + place.a * b,
    tx: place.a * tx - place.b * ty + place.tx,
    ty: place.b * tx + place.a * ty + place.ty,
  }
}

/** Where a vertex of a projected surface lies, in pixels of the image. */
export function screenPoint({ screen }: Surface, vertex: number): [number, number] {
  const pixel = (samples: number) => (samples + 0.5) / SAMPLES_PER_PIXEL - 0.5
  return [pixel(screen[3 * vertex]), pixel(screen[3 * vertex + 1])]
}

/** Fills `screen`: image coordinates in samples (`samples` a pixel), and z in the camera's frame. */
export function project(surface: Surface, camera: Camera, samples: number): void {
  const { positions, screen } = surface
  const { rotation: r, distance, a, b, tx, ty } = camera
  for (let i = 0; i < positions.length; i += 3) {
    const x = positions[i]
    const y = positions[i + 1]
    const z = positions[i + 2]
    const depth = r[6] * x + r[7] * y + r[8] * z
    const scale = distance / (distance - depth)
    const px = (r[0] * x + r[1] * y + r[2] * z) * scale
    const py = -(r[3] * x + r[4] * y + r[5] * z) * scale
    screen[i] = (a * px - b * py + tx + 0.5) * samples - 0.5
    screen[i + 1] = (b * px + a * py + ty + 0.5) * samples - 0.5
    screen[i + 2] = depth
  }
}
