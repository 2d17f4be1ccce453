import type { Colour } from './colour.js'

/** What a sample of a surface looks like before light falls on it; painters change it in place. */
export class Paint {
  red = 0
  green = 0
  blue = 0
  /** strength of the highlight */
  gloss = 0

  set(colour: Colour, gloss: number): void {
    this.red = colour[0]
    this.green = colour[1]
    this.blue = colour[2]
    this.gloss = gloss
  }

  /** Lays a colour over what is there. */
  cover(colour: Colour, alpha: number): void {
    this.red += (colour[0] - this.red) * alpha
    this.green += (colour[1] - this.green) * alpha
    this.blue += (colour[2] - this.blue) * alpha
  }

  /** Lays a colour made darker or lighter by `factor` over what is there. */
  coverScaled(colour: Colour, factor: number, alpha: number): void {
    this.red += (colour[0] * factor - this.red) * alpha
    this.green += (colour[1] * factor - this.green) * alpha
    this.blue += (colour[2] * factor - this.blue) * alpha
  }

  darken(amount: number): void {
    const keep = 1 - amount
    this.red *= keep
    this.green *= keep
    this.blue *= keep
  }

  /** Adds blood: less green and blue. */
  redden(amount: number): void {
    this.red *= 1 + 0.12 * amount
    this.green *= 1 - 0.32 * amount
    this.blue *= 1 - 0.26 * amount
  }
}
