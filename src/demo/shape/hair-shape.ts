import type { Attributes } from '../attributes.js'
import { clamp, curveThrough, smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import { HEAD } from './head-mesh.js'
import { createSurface, gridTriangles, type Surface, updateNormals } from './surface.js'

/** How one person wears hair in one image; lengths in pixels. */
export interface Hairstyle {
  /** how thick the hair lies on the crown */
  readonly volume: number
  /** how far below the eyes it hangs at the sides; 0 where it is cut short */
  readonly length: number
  /** 0 straight .. 1 tightly curled */
  readonly curl: number
  /** how far the hairline has gone back: negative is low */
  readonly recession: number
  /** hair that falls on the forehead: 0 none .. 1 to the brows */
  readonly fringe: number
  /** side of the parting, -1 .. 1 */
  readonly parting: number
  /** height of the hairline in the middle of the forehead */
  readonly hairline: number
}

export function hairstyleOf(traits: Traits, attributes: Attributes): Hairstyle {
  const man = traits.masculinity
  const long = traits.hairLength - 0.9 * man
  const ageing =
    man > 0 ? smoothstep(30, 75, attributes.age) * (0.4 + 0.5 * Math.max(0, traits.hairRecession)) : 0
  const curl = smoothstep(0.1, 1.9, traits.hairCurl + 0.35 * traits.skinMelanin)
  return {
    volume: clamp(5.5 + 2.2 * traits.hairVolume + 7 * curl + 1.3 * attributes.hairState, 1.2, 22),
    length: long < 0.05 ? 0 : 22 + 42 * smoothstep(0, 1.4, long) + 4 * attributes.hairState,
    curl,
    recession: 3 * traits.hairRecession + 14 * ageing,
    fringe: smoothstep(0.35, 1.5, traits.hairFringe - 0.35 * man) * (1 - ageing),
    parting: clamp(traits.hairParting / 1.2, -1, 1),
    hairline: 33 + 3 * traits.hairlineHeight + 3 * traits.foreheadHeight * 0.4 + 11 * ageing,
  }
}

const lowerEdge = curveThrough([
  [0, 0],
  [22, 0],
  [40, -1],
  [52, -7],
  [62, -15],
  [68, -27],
  [74, -41],
  [79, -37],
  [85, -25],
  [104, -25],
  [112, -50],
  [124, -67],
  [180, -72],
])
const temple = curveThrough([
  [8, 0],
  [32, 1],
  [48, 0.9],
  [64, 0],
])

const DEGREES = 180 / Math.PI
const COLUMN_ANGLES = Float64Array.from(
  HEAD.angles,
  (angle) => (angle > Math.PI ? angle - 2 * Math.PI : angle) * DEGREES,
)
const LOWER_EDGES = COLUMN_ANGLES.map((angle) => lowerEdge(Math.abs(angle)))
const TEMPLES = COLUMN_ANGLES.map((angle) => temple(Math.abs(angle)))

/** The rows of the head that hair can grow on. */
export const CAP_ROWS = HEAD.heights.findIndex((y) => y < -42)

/**
 * Hair on the scalp: the upper head moved outwards. Texture coordinates are the angle around the head in
 * degrees, the height, and the distance inside the hairline, which changes with the hairstyle.
 */
export function createHairCap(): Surface {
  const texture = new Float32Array(CAP_ROWS * HEAD.columns * 3)
  for (let i = 0; i < texture.length / 3; i++) {
    texture[3 * i] = COLUMN_ANGLES[i % HEAD.columns]
    texture[3 * i + 1] = HEAD.heights[Math.floor(i / HEAD.columns)]
  }
  return createSurface(texture, gridTriangles(CAP_ROWS, HEAD.columns, true))
}

/** Moves the cap to one hairstyle on a head that has its shape and normals. */
export function shapeHairCap(cap: Surface, head: Surface, style: Hairstyle): void {
  const { positions, normals, texture } = cap
  for (let column = 0; column < HEAD.columns; column++) {
    const angle = COLUMN_ANGLES[column]
    const frontness = 1 - smoothstep(36, 58, Math.abs(angle))
    const swept = 0.55 + 0.45 * smoothstep(-30, 30, angle * (style.parting < 0 ? -1 : 1))
    const fringe = style.fringe * frontness * 17 * swept
    const edge = style.hairline + LOWER_EDGES[column] + style.recession * TEMPLES[column] - fringe
    for (let row = 0; row < CAP_ROWS; row++) {
      const i = 3 * (row * HEAD.columns + column)
      const y = texture[i + 1]
      const inside = y - edge
      texture[i + 2] = inside
      const crown = 0.5 + 0.5 * smoothstep(5, 52, y)
      const body = smoothstep(-1, 9, inside)
      const thickness =
        inside < 0 ? -0.6 + Math.max(-3, inside) * 0.3 : (style.volume * crown + 1.2) * body + 0.25
      const nx = head.normals[i]
      const ny = head.normals[i + 1]
      const nz = head.normals[i + 2]
      const scale = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
      positions[i] = head.positions[i] + nx * scale * thickness
      positions[i + 1] = head.positions[i + 1] + ny * scale * thickness
      positions[i + 2] = head.positions[i + 2] + nz * scale * thickness
      normals[i] = nx * scale
      normals[i + 1] = ny * scale
      normals[i + 2] = nz * scale
    }
  }
}

const CURTAIN_ROWS = 12
const TOP_ROW = HEAD.heights.findIndex((y) => y < 21)
const CURTAIN_FROM = 72
const CURTAIN_COLUMNS: readonly number[] = [...COLUMN_ANGLES.keys()]
  .filter((column) => Math.abs(COLUMN_ANGLES[column]) >= CURTAIN_FROM)
  .sort((a, b) => HEAD.angles[a] - HEAD.angles[b])
/** The columns run from the image's right over the back to its left. */
const CURTAIN_ORDER = [
  ...CURTAIN_COLUMNS.filter((column) => HEAD.angles[column] > 0),
  ...CURTAIN_COLUMNS.filter((column) => HEAD.angles[column] <= 0),
]

/** Hair that hangs: from above the ears down, at the sides and the back. */
export function createHairCurtain(): Surface {
  const texture = new Float32Array(CURTAIN_ROWS * CURTAIN_ORDER.length * 3)
  for (let i = 0; i < texture.length / 3; i++)
    texture[3 * i] = COLUMN_ANGLES[CURTAIN_ORDER[i % CURTAIN_ORDER.length]]
  return createSurface(texture, gridTriangles(CURTAIN_ROWS, CURTAIN_ORDER.length, false))
}

/** Hangs the curtain from a cap that has its shape; only called where `style.length` is above 0. */
export function shapeHairCurtain(curtain: Surface, cap: Surface, style: Hairstyle): void {
  const { positions, texture } = curtain
  const columns = CURTAIN_ORDER.length
  for (let k = 0; k < columns; k++) {
    const from = 3 * (TOP_ROW * HEAD.columns + CURTAIN_ORDER[k])
    const x = cap.positions[from]
    const top = cap.positions[from + 1]
    const z = cap.positions[from + 2]
    for (let row = 0; row < CURTAIN_ROWS; row++) {
      const down = row / (CURTAIN_ROWS - 1)
      const i = 3 * (row * columns + k)
      const y = top - down * (top + style.length)
      const flare =
        1 + (0.05 + 0.012 * style.volume) * Math.sin(Math.PI * Math.min(1, down * 1.25)) - 0.07 * down
      positions[i] = x * flare
      positions[i + 1] = y
      positions[i + 2] = z - 3 * down
      texture[i + 1] = y
      texture[i + 2] = Math.min(
        (Math.abs(texture[i]) - CURTAIN_FROM) * 0.8 + 1.5,
        6,
        (1 - down) * 0.35 * (top + style.length) + 0.5,
      )
    }
  }
  updateNormals(curtain)
}
