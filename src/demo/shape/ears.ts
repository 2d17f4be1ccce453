import type { Traits } from '../identity.js'
import { HEAD } from './head-mesh.js'
import { createSurface, type Surface, updateNormals } from './surface.js'

const RINGS = 7
const SPOKES = 14
const ATTACHED_AT = -7

/** An ear is a dish with a raised rim; texture coordinates are (across, up, radius) of the unit disc. */
export function createEar(): Surface {
  const texture: number[] = []
  for (let ring = 0; ring < RINGS; ring++) {
    const radius = ring / (RINGS - 1)
    for (let spoke = 0; spoke < SPOKES; spoke++) {
      const angle = (2 * Math.PI * spoke) / SPOKES
      texture.push(radius * Math.sin(angle), radius * Math.cos(angle), radius)
    }
  }
  const triangles: number[] = []
  for (let ring = 0; ring + 1 < RINGS; ring++) {
    for (let spoke = 0; spoke < SPOKES; spoke++) {
      const a = ring * SPOKES + spoke
      const b = ring * SPOKES + ((spoke + 1) % SPOKES)
      triangles.push(a, a + SPOKES, b, b, a + SPOKES, b + SPOKES)
    }
  }
  return createSurface(Float32Array.from(texture), Uint32Array.from(triangles))
}

const ANCHOR_ROW = HEAD.heights.reduce(
  (best, y, row) => (Math.abs(y - ATTACHED_AT) < Math.abs(HEAD.heights[best] - ATTACHED_AT) ? row : best),
  0,
)
function anchorColumn(side: number): number {
  const wanted = (side * 88 * Math.PI) / 180
  const turn = (angle: number) => Math.abs(Math.atan2(Math.sin(angle - wanted), Math.cos(angle - wanted)))
  return HEAD.angles.reduce(
    (best, angle, column) => (turn(angle) < turn(HEAD.angles[best]) ? column : best),
    0,
  )
}
const ANCHORS = {
  left: ANCHOR_ROW * HEAD.columns + anchorColumn(-1),
  right: ANCHOR_ROW * HEAD.columns + anchorColumn(1),
}

/** Places an ear on the head; `side` is -1 at the image's left, 1 at its right. */
export function shapeEar(surface: Surface, head: Surface, traits: Traits, side: -1 | 1): void {
  const anchor = 3 * (side < 0 ? ANCHORS.left : ANCHORS.right)
  const size = 1 + 0.11 * traits.earSize
  const away = (32 + 11 * traits.earProtrusion) * (Math.PI / 180)
  const outX = Math.sin(away)
  const outZ = -Math.cos(away)
  const height = 14 * size
  const width = 8 * size
  const centreX = Math.abs(head.positions[anchor]) + 0.72 * width * outX - 0.5
  const centreY = head.positions[anchor + 1] + 2 + 1.6 * traits.earHeight
  const centreZ = head.positions[anchor + 2] - 3 + 0.72 * width * outZ
  const { positions, texture } = surface
  for (let i = 0; i < positions.length; i += 3) {
    const radius = texture[i + 2]
    const up = texture[i + 1]
    const across = texture[i] * (up < 0 ? 1 + 0.42 * up : 1)
    const rim = 2.4 * Math.exp(-(((radius - 0.86) / 0.2) ** 2)) - 1.6 * (1 - radius)
    positions[i] = side * (centreX + across * width * outX - rim * outZ * 0.8)
    positions[i + 1] = centreY + up * height + across * 1.5
    positions[i + 2] = centreZ + across * width * outZ + rim * outX + up * -1.5
  }
  updateNormals(surface)
  if (side > 0) return
  for (let i = 0; i < positions.length; i++) surface.normals[i] = -surface.normals[i]
}
