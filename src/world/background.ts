import type { Attributes } from './attributes.js'
import { type Colour, fromHue, mix, scaled } from './colour.js'
import { noise } from './noise-field.js'

/** Fills what is behind the head: a gradient with soft patches. Light is linear, `side` samples a side. */
export function paintBackground(light: Float32Array, side: number, attributes: Attributes): void {
  const near: Colour = fromHue(attributes.backgroundHue, 0.35, attributes.backgroundLightness)
  const far: Colour = scaled(fromHue(attributes.backgroundHue + 0.12, 0.3, attributes.backgroundLightness), 0.45)
  const start = attributes.grain % 97
  const gain = 2 ** (0.7 * attributes.exposure)
  const step = 4.5 / side
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i += 3) {
      const share = 0.5 * (y / side) + 0.5 * (0.5 + 0.5 * noise(x * step + start, y * step + start * 0.7))
      light[i] = gain * (near[0] + (far[0] - near[0]) * share)
      light[i + 1] = gain * (near[1] + (far[1] - near[1]) * share)
      light[i + 2] = gain * (near[2] + (far[2] - near[2]) * share)
    }
  }
}

/** The colour of the clothes. */
export function clothesColour(attributes: Attributes): Colour {
  return mix(fromHue(attributes.clothesHue, 0.6, attributes.clothesLightness), [0.3, 0.3, 0.3], 0.15)
}
