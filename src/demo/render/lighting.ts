import type { Attributes } from '../attributes.js'
import type { Paint } from '../paint/paint.js'

const RADIANS = Math.PI / 180

/** One directed light, and light from all around that is stronger from above. */
export class Lighting {
  readonly #x: number
  readonly #y: number
  readonly #z: number
  readonly #halfX: number
  readonly #halfY: number
  readonly #halfZ: number
  readonly #key: number
  readonly #ambient: number
  readonly #gainRed: number
  readonly #gainGreen: number
  readonly #gainBlue: number
  red = 0
  green = 0
  blue = 0

  constructor(attributes: Attributes) {
    const azimuth = attributes.lightAzimuth * RADIANS
    const elevation = attributes.lightElevation * RADIANS
    this.#x = Math.sin(azimuth) * Math.cos(elevation)
    this.#y = Math.sin(elevation)
    this.#z = Math.cos(azimuth) * Math.cos(elevation)
    const half = 1 / Math.sqrt(this.#x ** 2 + this.#y ** 2 + (this.#z + 1) ** 2 + 1e-6)
    this.#halfX = this.#x * half
    this.#halfY = this.#y * half
    this.#halfZ = (this.#z + 1) * half
    this.#key = 1.25 * attributes.lightContrast
    this.#ambient = 0.95 * (1 - attributes.lightContrast) + 0.12
    const gain = 2 ** attributes.exposure
    this.#gainRed = gain * (1 + 0.13 * attributes.lightWarmth)
    this.#gainGreen = gain
    this.#gainBlue = gain * (1 - 0.16 * attributes.lightWarmth)
  }

  /** Lights a sample with the normal (nx, ny, nz) in the camera's frame; the result is in red, green, blue. */
  shade(paint: Paint, nx: number, ny: number, nz: number): void {
    const facing = nx * this.#x + ny * this.#y + nz * this.#z
    const wrapped = Math.max(0, (facing + 0.25) / 1.25)
    const sky = this.#ambient * (0.8 + 0.2 * ny) * (0.72 + 0.28 * Math.max(0, nz))
    const light = this.#key * wrapped + sky
    // Light that has passed through skin leaves it redder at the edge of the shadow.
    const soft = 0.1 * this.#key * Math.max(0, 1 - Math.abs(facing) * 3)
    let shine = 0
    if (paint.gloss > 0) {
      const half = Math.max(0, nx * this.#halfX + ny * this.#halfY + nz * this.#halfZ)
      const h4 = half * half * half * half
      shine = paint.gloss * this.#key * h4 * h4 * h4 * h4 * (0.4 + h4 * h4)
    }
    this.red = (paint.red * (light + soft) + shine) * this.#gainRed
    this.green = (paint.green * light + shine) * this.#gainGreen
    this.blue = (paint.blue * light + shine) * this.#gainBlue
  }
}
