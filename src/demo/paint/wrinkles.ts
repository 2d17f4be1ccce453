import type { Attributes } from '../attributes.js'
import { clamp, falloff, smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import { noise } from './noise-field.js'
import type { Paint } from './paint.js'

/** Squared distance from (x, y) to a segment. */
function squareToSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax
  const dy = by - ay
  const t = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
  return (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2
}

/** Paints the lines of age and expression: forehead, between the brows, crow's feet, nasolabial folds, mouth. */
export class WrinklePainter {
  readonly #forehead: number
  readonly #frown: number
  readonly #crow: number
  readonly #fold: number
  readonly #marionette: number
  readonly #bag: number
  readonly #phase: number

  constructor(traits: Traits, attributes: Attributes) {
    const old = smoothstep(32, 76, attributes.age)
    const smile = Math.max(0, attributes.smile)
    this.#forehead = 0.4 * old + 0.2 * Math.max(0, attributes.browRaise) * (0.3 + old)
    this.#frown = 0.3 * old + 0.25 * Math.max(0, -attributes.browRaise)
    this.#crow = old * (0.28 + 0.25 * smile)
    this.#fold = clamp(0.08 + 0.09 * traits.nasolabialFold + 0.3 * old + 0.22 * smile, 0, 0.65)
    this.#marionette = 0.3 * old
    this.#bag = clamp(0.26 * old + 0.05 * traits.eyeShadow, 0, 0.5)
    this.#phase = 13 * traits.texturePhaseY
  }

  paint(x: number, y: number, paint: Paint): void {
    const away = Math.abs(x)
    let shade = 0
    if (y > 15 && y < 36 && this.#forehead > 0.02) {
      const wave = y + 0.9 * noise(x * 0.12 + this.#phase, y * 0.05) + 0.03 * away
      const line = Math.abs(wave / 4.6 - Math.round(wave / 4.6)) * 4.6
      shade +=
        this.#forehead *
        falloff((line / 0.8) ** 2) *
        smoothstep(30, 16, away) *
        smoothstep(15, 18, y) *
        smoothstep(36, 30, y)
    }
    if (y > 4 && y < 20 && away < 7) {
      shade += this.#frown * falloff(((away - 2.8) / 0.8) ** 2) * smoothstep(4, 8, y) * smoothstep(20, 14, y)
    }
    if (away > 25 && away < 40 && Math.abs(y) < 9 && this.#crow > 0.02) {
      const ray = Math.sin(((y + 0.5) / (away - 19)) * 16 + 1)
      shade +=
        this.#crow *
        smoothstep(0.5, 1, ray) *
        smoothstep(26, 28.5, away) *
        smoothstep(39, 32, away) *
        smoothstep(8, 5, Math.abs(y))
    }
    if (y < -16 && y > -42) {
      const square = squareToSegment(away, y, 11, -20, 18.5, -36)
      if (square < 16) shade += this.#fold * falloff(square / 1.9)
    }
    if (y < -38 && y > -58 && this.#marionette > 0.02) {
      const square = squareToSegment(away, y, 16.5, -43, 17.5, -52)
      if (square < 9) shade += this.#marionette * falloff(square / 1.5)
    }
    if (y < -3 && y > -13) {
      const sag = y + 8 + 0.035 * (away - 16.5) ** 2 * -1
      shade += this.#bag * falloff((sag / 1) ** 2) * smoothstep(10, 7, Math.abs(away - 16.5))
    }
    if (shade > 0) paint.darken(Math.min(0.7, shade))
  }
}
