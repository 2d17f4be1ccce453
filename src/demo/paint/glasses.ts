import type { Attributes } from '../attributes.js'
import { falloff, smoothstep } from '../curves.js'
import type { Colour } from './colour.js'
import { fromHue } from './colour.js'
import type { Paint } from './paint.js'

const TINT: Colour = [0.012, 0.012, 0.016]

/** Paints spectacles or sunglasses over the eyes. */
export class GlassesPainter {
  readonly #kind: number
  readonly #frame: Colour

  constructor(attributes: Attributes) {
    this.#kind = attributes.glasses
    this.#frame = fromHue(attributes.occluderHue, 0.4, 0.05 + 0.3 * attributes.clothesHue)
  }

  paint(x: number, y: number, z: number, paint: Paint): void {
    if (this.#kind < 0.5 || y > 13 || y < -15) return
    const away = Math.abs(x)
    const dx = (away - 18) / 13
    const dy = (y + 0.5) / 10.5
    const radius = Math.sqrt(Math.sqrt(dx * dx * dx * dx + dy * dy * dy * dy))
    if (this.#kind > 1.5) paint.cover(TINT, 0.93 * smoothstep(1.02, 0.95, radius))
    const rim = falloff(((radius - 1) / 0.085) ** 2)
    const bridge = smoothstep(6.2, 5, away) * falloff(((y - 3.5) / 1.3) ** 2)
    const temple = smoothstep(29, 31, away) * falloff(((y - 3.5) / 1.5) ** 2) * smoothstep(-16, -10, z)
    const share = Math.min(1, rim + bridge + temple)
    if (share > 0.02) paint.cover(this.#frame, share * 0.95)
  }
}
