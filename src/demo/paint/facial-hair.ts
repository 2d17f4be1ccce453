import type { Attributes } from '../attributes.js'
import { smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import type { Colour } from './colour.js'
import type { Complexion } from './complexion.js'
import { noise } from './noise-field.js'
import type { Paint } from './paint.js'

/** Paints beard, moustache and stubble onto skin. */
export class FacialHairPainter {
  readonly #beard: number
  readonly #moustache: number
  readonly #colour: Colour
  readonly #phase: number
  readonly #upperLip: number

  constructor(traits: Traits, attributes: Attributes, complexion: Complexion) {
    this.#beard = attributes.beard
    this.#moustache = attributes.moustache
    this.#colour = complexion.hair
    this.#phase = 17 * traits.texturePhaseX
    this.#upperLip = 3.4 + 0.8 * traits.upperLip
  }

  paint(x: number, y: number, z: number, paint: Paint): void {
    if (y > 6 || (this.#beard <= 0 && this.#moustache <= 0)) return
    const away = Math.abs(x)
    const strands = 0.5 * noise(x * 0.9 + this.#phase, y * 0.32) + 0.3 * noise(x * 0.45 + y * 0.2, y * 0.7)
    if (this.#beard > 0) {
      // The cheek line falls from the sideburn to the corner of the mouth.
      const line = -29 - 9 * smoothstep(30, 14, away) + 40 * smoothstep(31, 40, away)
      const cheek = smoothstep(line + 3, line - 4, y + 2 * strands)
      const chin = smoothstep(-47.5, -50, y + strands) + smoothstep(14, 18, away)
      const back = smoothstep(-8, 2, z)
      const share = Math.min(1, cheek * Math.min(1, chin) * back)
      const strength = Math.min(0.93, 0.3 + 0.9 * this.#beard) * smoothstep(0, 0.12, this.#beard)
      if (share > 0) this.#grow(paint, share * strength, strands)
    }
    if (this.#moustache > 0 && z > 10) {
      const upper = CENTRE_OF_MOUTH + this.#upperLip
      const share =
        smoothstep(17.5, 14, away + 1.5 * strands) *
        smoothstep(upper - 0.8, upper + 1, y + 0.6 * strands) *
        smoothstep(-27.8 - 0.22 * away, -30 - 0.22 * away, y)
      if (share > 0) this.#grow(paint, share * Math.min(0.93, 0.25 + 0.9 * this.#moustache), strands)
    }
  }

  #grow(paint: Paint, share: number, strands: number): void {
    paint.cover(this.#colour, share * (0.88 + 0.12 * strands))
    paint.darken(share * 0.25 * Math.max(0, -strands))
    paint.gloss *= 1 - share
  }
}

const CENTRE_OF_MOUTH = -40.5
