import { falloff, smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import type { Hairstyle } from '../shape/hair-shape.js'
import type { Colour } from './colour.js'
import { noise } from './noise-field.js'
import type { Paint } from './paint.js'

/** Paints hair: strands, locks, curls, and the ragged edge where it meets the skin. */
export class HairPainter {
  readonly #phase: number

  constructor(
    private readonly colour: Colour,
    private readonly style: Hairstyle,
    traits: Traits,
  ) {
    this.#phase = 31 * traits.texturePhaseX
  }

  /** @returns the share of the sample that hair covers, 0 .. 1 */
  paint(angle: number, height: number, inside: number, paint: Paint): number {
    const { curl, parting } = this.style
    const sweep = angle * 0.33 + this.#phase
    const wave = height * 0.055 + curl * 1.1 * noise(sweep * 0.3, height * 0.16)
    const strands = noise(sweep * 1.25 + 2.5 * wave, wave) + 0.5 * noise(sweep * 2.9, wave * 2)
    const curls = curl > 0.05 ? curl * noise(sweep * 0.9 + 40, height * 0.33) : 0
    const alpha = smoothstep(-1.2, 2.6, inside + 1.6 * strands + 2.2 * curls)
    if (alpha <= 0) return 0
    paint.set(this.colour, 0.05 * (1 - curl))
    paint.darken(Math.max(-0.35, 0.24 - 0.2 * strands - 0.3 * curls))
    const line = angle - parting * 38
    if (height > 22) paint.darken(0.4 * falloff((line / 5) ** 2) * (1 - curl))
    paint.darken(0.25 * smoothstep(5, 0, inside))
    return alpha
  }
}
