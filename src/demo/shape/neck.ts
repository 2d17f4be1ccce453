import type { Traits } from '../identity.js'
import { createSurface, gridTriangles, type Surface, updateNormals } from './surface.js'

const ROWS = 9
const COLUMNS = 22
/** Below this height of the texture the neck is clothed. */
export const COLLAR = -84

const HEIGHTS = [-34, -46, -58, -68, -76, -82, -88, -100, -125]
const RADII = [23, 23.5, 24, 25, 27, 33, 46, 70, 95]

/** Neck and shoulders; texture coordinates are the mean position. */
export function createNeck(): Surface {
  const texture: number[] = []
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const angle = (2 * Math.PI * column) / COLUMNS
      const depth = row < 5 ? 1 : 0.55
      texture.push(
        RADII[row] * Math.sin(angle),
        HEIGHTS[row],
        -8 - 0.12 * (HEIGHTS[row] + 34) * -1 + RADII[row] * depth * Math.cos(angle),
      )
    }
  }
  return createSurface(Float32Array.from(texture), gridTriangles(ROWS, COLUMNS, true))
}

/** Sets the neck's width for one person. */
export function shapeNeck(surface: Surface, traits: Traits): void {
  const { positions, texture } = surface
  const width = 1 + 0.07 * traits.masculinity + 0.03 * traits.cheekFullness + 0.03 * traits.faceWidth
  for (let i = 0; i < positions.length; i += 3) {
    positions[i] = texture[i] * width
    positions[i + 1] = texture[i + 1] - 1.2 * traits.faceLength
    positions[i + 2] = texture[i + 2]
  }
  updateNormals(surface)
}
