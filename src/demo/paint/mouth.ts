import type { Attributes } from '../attributes.js'
import { clamp, falloff, smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import { type Colour, scaled, srgb } from './colour.js'
import type { Complexion } from './complexion.js'
import type { Paint } from './paint.js'

const HALF_WIDTH = 15
const CENTRE = -40.5
const TEETH = srgb(232, 226, 214)
const INSIDE = srgb(58, 20, 20)

/** Paints lips, the line between them, and teeth where the mouth is open. */
export class MouthPainter {
  readonly #upper: number
  readonly #lower: number
  readonly #bow: number
  readonly #corners: number
  readonly #gap: number
  readonly #lips: Colour
  readonly #line: Colour

  constructor(traits: Traits, attributes: Attributes, complexion: Complexion) {
    const ageing = 1 - 0.3 * smoothstep(40, 80, attributes.age)
    const stretch = 1 - 0.2 * Math.max(0, attributes.smile)
    this.#upper = clamp(3.6 + 0.85 * traits.upperLip - 0.3 * traits.masculinity, 1.4, 6) * ageing * stretch
    this.#lower = clamp(4.9 + 1.05 * traits.lowerLip - 0.3 * traits.masculinity, 2, 8) * ageing * stretch
    this.#bow = clamp(0.5 + 0.4 * traits.cupidBow, -0.2, 1.5)
    this.#corners = 0.6 * traits.mouthCorners
    this.#gap = 2.6 * attributes.mouthOpen + 0.9 * Math.max(0, attributes.smile - 0.35)
    this.#lips = complexion.lips
    this.#line = scaled(complexion.lips, 0.2)
  }

  paint(x: number, y: number, paint: Paint): void {
    const across = Math.abs(x) / HALF_WIDTH
    if (across > 1.15 || y > CENTRE + 9 || y < CENTRE - 12) return
    const arch = 1 - across * across
    const above = y - (CENTRE + this.#corners * (across * across - 0.3) + 1.2 * across * across)
    if (above > this.#upper + 3.2 || above < -this.#lower - this.#gap - 2) return
    const gap = this.#gap * Math.max(0, 1 - (across / 0.86) ** 2) ** 0.7
    const bow = this.#bow * (falloff(((across - 0.24) / 0.13) ** 2) - 0.9 * falloff((across / 0.11) ** 2))
    const upper = this.#upper * Math.max(0, 1 - across ** 1.7) + bow
    const lower = this.#lower * Math.max(0, arch) ** 0.85
    const share =
      smoothstep(upper + 0.7, upper - 0.5, above) * smoothstep(-lower - gap - 0.8, -lower - gap + 0.5, above)
    const tone = above > 0 ? 0.84 : 1
    const inside = smoothstep(1.04, 0.93, across)
    if (share > 0) {
      paint.coverScaled(this.#lips, tone, share * inside)
      paint.gloss += share * inside * (above < 0 ? 0.1 : 0.02)
    }
    if (gap > 0.15) {
      const open = smoothstep(0.3, -0.3, above) * smoothstep(-gap - 0.3, -gap + 0.3, above)
      paint.cover(INSIDE, open)
      const teeth =
        open *
        smoothstep(-Math.min(gap, 2.1) - 0.3, -Math.min(gap, 2.1) + 0.25, above) *
        smoothstep(0.85, 0.6, across)
      paint.coverScaled(TEETH, 0.75 - 0.35 * across, teeth * 0.95)
      paint.cover(this.#line, 0.7 * falloff(((above - 0.4) / 0.5) ** 2) * inside)
      return
    }
    paint.cover(this.#line, 0.85 * falloff((above / 0.75) ** 2) * smoothstep(1.1, 0.95, across))
  }
}
