import type { Attributes } from '../attributes.js'
import { clamp, falloff, smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import { type Colour, scaled, srgb } from './colour.js'
import type { Complexion } from './complexion.js'
import type { Paint } from './paint.js'

const CENTRE = 17.6
const HALF_WIDTH = 9.6
const WHITE = srgb(226, 220, 216)
const PUPIL: Colour = [0.006, 0.006, 0.008]
const LASH: Colour = [0.012, 0.009, 0.008]
const GLINT: Colour = [1, 1, 1]
const PINK = srgb(196, 128, 118)

/** Paints one or both eyes: lids, white, iris, pupil, lashes, crease. */
export class EyePainter {
  readonly #upper: number
  readonly #lower: number
  readonly #gazeX: number
  readonly #gazeY: number
  readonly #crease: number
  readonly #lashes: number
  readonly #iris: Colour
  readonly #rim: Colour

  constructor(traits: Traits, attributes: Attributes, complexion: Complexion) {
    const open = (1 - 0.94 * attributes.eyesClosed) * clamp(1 + 0.15 * traits.eyeOpening, 0.55, 1.5)
    const squint = 1 - 0.22 * Math.max(0, attributes.smile)
    this.#upper = 4.5 * open * squint + 0.35 - 1.5 * attributes.eyesClosed
    this.#lower = 3.5 * (0.6 + 0.4 * open) * squint
    this.#gazeX = 2.6 * attributes.gazeX
    this.#gazeY = 1.4 * attributes.gazeY + 0.5
    this.#crease = clamp(0.32 + 0.22 * traits.eyelidCrease, 0, 0.75)
    this.#lashes = clamp(0.75 + 0.22 * traits.lashes - 0.2 * traits.masculinity, 0.25, 1.3)
    this.#iris = complexion.iris
    this.#rim = scaled(complexion.iris, 0.3)
  }

  paint(x: number, y: number, paint: Paint): void {
    const side = x < 0 ? -1 : 1
    const across = (Math.abs(x) - CENTRE) / HALF_WIDTH
    if (across < -1.3 || across > 1.35 || y > 13 || y < -7) return
    const arch = 1 - across * across
    const curve = arch > 0 ? Math.sqrt(arch) * Math.sqrt(Math.sqrt(arch)) : arch
    const upper = this.#upper * curve - 0.15
    const lower = -this.#lower * (arch > 0 ? arch : arch * 0.6) - 0.15
    const above = y - upper
    const inside = Math.min(-above, y - lower)
    if (inside > -0.6 && arch > 0) {
      const share = smoothstep(-0.6, 0.35, inside)
      this.#ball(x - side * CENTRE, y, paint, share, across, above)
    }
    if (arch > -0.25) {
      const thick = 0.75 + 0.55 * this.#lashes * (0.7 + 0.5 * across)
      const lash = falloff(((above - 0.35) / thick) ** 2) * smoothstep(-0.25, 0.2, arch)
      paint.cover(LASH, Math.min(0.95, lash * (0.6 + 0.35 * this.#lashes)))
      const under = falloff(((y - lower + 0.5) / 0.8) ** 2) * smoothstep(0, 0.4, arch)
      paint.darken(under * (0.2 + 0.2 * this.#lashes))
    }
    const fold = y - (this.#upper * Math.max(0, arch) ** 0.6 + 2.6 + 0.5 * across)
    paint.darken(this.#crease * falloff((fold / 0.85) ** 2) * smoothstep(-0.2, 0.35, arch))
  }

  #ball(dx: number, dy: number, paint: Paint, share: number, across: number, above: number): void {
    const corner = smoothstep(0.8, 1, Math.abs(across))
    const shade = 0.55 + 0.45 * smoothstep(0, -3.2, above)
    paint.coverScaled(WHITE, shade * (1 - 0.25 * Math.abs(across)), share)
    if (corner > 0) paint.cover(PINK, share * corner * 0.6)
    const ix = dx - this.#gazeX
    const iy = dy - this.#gazeY
    const radius = Math.sqrt(ix * ix + iy * iy)
    if (radius > 5.6) return
    paint.cover(this.#rim, share * smoothstep(5.2, 4.4, radius))
    paint.coverScaled(
      this.#iris,
      shade * (1 + 0.35 * smoothstep(1, -3, iy)),
      share * smoothstep(4.4, 3.5, radius),
    )
    paint.cover(PUPIL, share * smoothstep(2.3, 1.5, radius))
    const glint = falloff(((ix - 1.3) ** 2 + (iy - 1.5) ** 2) / 0.8)
    paint.cover(GLINT, share * 0.85 * glint)
    paint.gloss = 0.1
  }
}
