import type { Attributes } from '../attributes.js'
import { type Colour, fromHue, mix, scaled } from './colour.js'
import { noise } from './noise-field.js'

/** What is behind a head. */
export interface Behind {
  /** linear light of the sample that was asked for */
  readonly red: number
  readonly green: number
  readonly blue: number
  /** Called before a sample is drawn over. @param index of its red */
  keep(index: number): void
  at(x: number, y: number, height: number): void
}

/** What was drawn before: people stand in front of others. */
export class Underlay implements Behind {
  red = 0
  green = 0
  blue = 0

  constructor(private readonly light: Float32Array) {}

  keep(index: number): void {
    this.red = this.light[index]
    this.green = this.light[index + 1]
    this.blue = this.light[index + 2]
  }

  at(): void {}
}

/** A gradient with soft patches. */
export class Background implements Behind {
  readonly #near: Colour
  readonly #far: Colour
  readonly #start: number
  readonly #step: number
  red = 0
  green = 0
  blue = 0

  constructor(attributes: Attributes, side: number) {
    const { backgroundHue, backgroundLightness, exposure, grain } = attributes
    // The background is lit apart from the face, so the exposure changes it less.
    const gain = 2 ** (0.7 * exposure)
    this.#near = scaled(fromHue(backgroundHue, 0.35, backgroundLightness), gain)
    this.#far = scaled(fromHue(backgroundHue + 0.12, 0.3, backgroundLightness), 0.45 * gain)
    this.#start = grain % 97
    this.#step = 4.5 / side
  }

  keep(): void {}

  /** Sets red, green and blue (linear light) for one sample; `height` is 0 at the top, 1 at the bottom. */
  at(x: number, y: number, height: number): void {
    const patches = noise(x * this.#step + this.#start, y * this.#step + this.#start * 0.7)
    const share = 0.5 * height + 0.25 + 0.25 * patches
    this.red = this.#near[0] + (this.#far[0] - this.#near[0]) * share
    this.green = this.#near[1] + (this.#far[1] - this.#near[1]) * share
    this.blue = this.#near[2] + (this.#far[2] - this.#near[2]) * share
  }
}

/** The colour of the clothes. */
export function clothesColour(attributes: Attributes): Colour {
  return mix(fromHue(attributes.clothesHue, 0.6, attributes.clothesLightness), [0.3, 0.3, 0.3], 0.15)
}
