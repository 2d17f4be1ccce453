import type { Attributes } from '../attributes.js'
import { clamp, falloff, smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import { type Colour, mix, scaled, srgb } from './colour.js'
import type { Complexion } from './complexion.js'
import { latticeNoise, noise } from './noise-field.js'
import type { Paint } from './paint.js'
import type { SkinMap } from './skin-map.js'

interface Mole {
  readonly x: number
  readonly y: number
  readonly radius: number
}

const CELL = 2.5

/** Where a mole lies on the face, from two normal numbers; none where its size is small. */
function moleAt(x: number, y: number, size: number): Mole[] {
  const radius = 0.35 + 0.75 * size
  return radius < 0.5 ? [] : [{ x: 15 * x, y: -20 + 15 * y, radius: Math.min(2, radius) }]
}

/** Paints bare skin: tone, the person's own colouring, freckles, moles, blush, and the shade that folds always have. */
export class SkinPainter {
  readonly #skin: Colour
  readonly #dark: Colour
  readonly #map: SkinMap
  readonly #ageSpots: number
  readonly #freckles: number
  readonly #blush: number
  readonly #eyeShadow: number
  readonly #phaseX: number
  readonly #phaseY: number
  readonly #moles: readonly Mole[]
  readonly #gloss: number

  constructor(traits: Traits, attributes: Attributes, complexion: Complexion, map: SkinMap) {
    this.#map = map
    this.#skin = complexion.skin
    this.#dark = mix(scaled(complexion.skin, 0.42), srgb(110, 62, 36), 0.35 * (1 - complexion.melanin))
    this.#ageSpots = 0.07 * smoothstep(45, 80, attributes.age)
    this.#freckles = smoothstep(
      0.1,
      2,
      traits.freckles + 0.5 * traits.hairRedness - 1.4 * complexion.melanin + 0.3,
    )
    this.#blush = clamp(0.35 + 0.3 * traits.blush, 0, 1.1)
    this.#eyeShadow =
      clamp(0.16 + 0.1 * traits.eyeShadow, 0, 0.42) + 0.08 * smoothstep(35, 75, attributes.age)
    this.#phaseX = 9 * traits.texturePhaseX
    this.#phaseY = 9 * traits.texturePhaseY
    this.#moles = [
      ...moleAt(traits.mole1X, traits.mole1Y, traits.mole1Size),
      ...moleAt(traits.mole2X, traits.mole2Y, traits.mole2Size),
      ...moleAt(traits.mole3X, traits.mole3Y, traits.mole3Size),
    ]
    this.#gloss = 0.05 + 0.05 * complexion.melanin
  }

  paint(x: number, y: number, z: number, paint: Paint): void {
    paint.set(this.#skin, this.#gloss)
    this.#map.paint(x, y, z, paint)
    if (this.#ageSpots > 0)
      paint.darken(this.#ageSpots * noise((x - this.#phaseY) * 0.31, (y + this.#phaseX) * 0.31 + z * 0.04))
    if (z < 0) return
    const away = Math.abs(x)
    const cheek = falloff(((away - 25) / 11) ** 2 + ((y + 19) / 10) ** 2)
    paint.redden(this.#blush * (0.75 * cheek + 0.5 * falloff((x / 7) ** 2 + ((y + 19) / 6) ** 2)))
    if (this.#freckles > 0)
      this.#speckle(x, y, paint, smoothstep(38, 18, away) * smoothstep(-40, -22, y) * smoothstep(24, 6, y))
    for (const mole of this.#moles) {
      const dx = x - mole.x
      const dy = y - mole.y
      const square = dx * dx + dy * dy
      if (square < 9)
        paint.cover(this.#dark, 0.9 * smoothstep(mole.radius + 0.7, mole.radius - 0.35, Math.sqrt(square)))
    }
    if (y < 12 && y > -12) {
      const socket = falloff(((away - 9.5) / 5.5) ** 2 + ((y - 3) / 6) ** 2)
      const below = falloff(((away - 16.5) / 8) ** 2 + ((y + 6.5) / 3) ** 2)
      paint.darken(0.2 * socket + this.#eyeShadow * below)
    }
    if (y < -15 && away < 20) this.#nostrils(away, y, paint)
    if (y < -46) paint.darken(0.14 * falloff((away / 9) ** 2 + ((y + 50) / 2.5) ** 2))
  }

  #speckle(x: number, y: number, paint: Paint, share: number): void {
    if (share <= 0) return
    // Turned, so that no row of cells runs along the face.
    const u = (0.83 * x + 0.56 * y + 0.9 * noise(y * 0.4, x * 0.4) + this.#phaseX * 1.7) / CELL
    const v = (0.83 * y - 0.56 * x + 0.9 * noise(x * 0.4, y * 0.4) + this.#phaseY * 1.7) / CELL
    const column = Math.floor(u)
    const row = Math.floor(v)
    const present = latticeNoise(column * 7 + 3, row * 5) * 0.5 + 0.5
    if (present > this.#freckles) return
    const dx = u - column - 0.5 - 0.3 * latticeNoise(column, row * 3 + 1)
    const dy = v - row - 0.5 - 0.3 * latticeNoise(column * 3 + 11, row)
    const spot = smoothstep(0.2 + 0.22 * present, 0.05, Math.sqrt(dx * dx + dy * dy))
    paint.cover(this.#dark, share * spot * (0.3 + 0.4 * present))
  }

  #nostrils(away: number, y: number, paint: Paint): void {
    const hole = falloff(((away - 4.1) / 2.3) ** 2 + ((y + 24.4) / 1.35) ** 2)
    paint.cover(this.#dark, Math.min(1, 1.1 * hole))
    paint.darken(0.55 * hole)
    const wing = falloff(((away - 9.6) / 1.1) ** 2 + ((y + 21) / 3.4) ** 2)
    const under = falloff((away / 7.5) ** 2 + ((y + 27) / 2.6) ** 2)
    paint.darken(0.3 * wing + 0.2 * under)
    paint.darken(0.1 * falloff((away / 1.3) ** 2 + ((y + 31.5) / 4) ** 2))
  }
}
