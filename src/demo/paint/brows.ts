import type { Attributes } from '../attributes.js'
import { clamp, smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import type { Colour } from './colour.js'
import type { Complexion } from './complexion.js'
import { noise } from './noise-field.js'
import type { Paint } from './paint.js'

/** Paints the eyebrows, hair by hair. */
export class BrowPainter {
  readonly #start: number
  readonly #length: number
  readonly #height: number
  readonly #tilt: number
  readonly #arch: number
  readonly #thickness: number
  readonly #density: number
  readonly #frown: number
  readonly #colour: Colour
  readonly #phase: number

  constructor(traits: Traits, attributes: Attributes, complexion: Complexion) {
    const man = traits.masculinity
    this.#start = clamp(6.6 + 1.5 * traits.browSpacing, 2.6, 11)
    this.#length = clamp(21.5 + 1.9 * traits.browLength, 15, 27)
    this.#height = 11.2 + 1.5 * traits.browHeight - 0.7 * man
    this.#tilt = 2.5 * traits.browTilt + 2
    this.#arch = 2 + 1.35 * traits.browArch - 0.5 * man
    this.#thickness = clamp(2 + 0.62 * traits.browThickness + 0.4 * man, 0.8, 4.2)
    this.#density = clamp(0.78 + 0.16 * traits.browDensity + 0.05 * man, 0.3, 0.98)
    this.#frown = Math.max(0, -attributes.browRaise) * 1.8
    this.#colour = complexion.brows
    this.#phase = 20 * traits.texturePhaseX
  }

  paint(x: number, y: number, paint: Paint): void {
    if (y < 3 || y > 24) return
    const along = (Math.abs(x) - this.#start) / this.#length
    if (along < -0.15 || along > 1.08) return
    const hump = along - 0.62
    const centre =
      this.#height +
      this.#tilt * (along - 0.4) +
      this.#arch * (0.6 - hump * hump * (hump > 0 ? 5.2 : 1.7)) -
      this.#frown * (1 - along)
    const half = this.#thickness * (along < 0.2 ? 0.75 + 1.2 * along : 1.15 - 0.75 * along)
    const off = Math.abs(y - centre) / Math.max(0.5, half)
    if (off > 1.7) return
    const strands = 0.25 * noise(x * 1.1 + y * 0.6 + this.#phase, y * 0.35)
    const edge =
      smoothstep(1.35, 0.45, off + strands) * smoothstep(-0.1, 0.12, along) * smoothstep(1.06, 0.85, along)
    paint.cover(this.#colour, this.#density * edge)
  }
}
