import type { Attributes } from '../attributes.js'
import { smoothstep } from '../curves.js'
import { fromHue } from './colour.js'

/** Covers part of the picture with a soft-edged blob, as a hand, a microphone or a passer-by does. */
export function paintOccluder(light: Float32Array, side: number, attributes: Attributes): void {
  if (attributes.occlusion <= 0) return
  const colour = fromHue(attributes.occluderHue, 0.45, 0.25 + 0.5 * attributes.backgroundLightness)
  const gain = 2 ** (0.7 * attributes.exposure)
  const radius = 0.5 * attributes.occlusion * side
  const centreX = (0.1 + 0.8 * attributes.occlusionX) * side
  const centreY = (0.1 + 0.85 * attributes.occlusionY) * side
  const squash = 0.6 + 0.8 * attributes.clothesHue
  const reachX = 1.05 * radius * squash
  const reachY = 1.05 * radius
  for (let y = Math.max(0, Math.ceil(centreY - reachY)); y <= Math.min(side - 1, centreY + reachY); y++) {
    for (let x = Math.max(0, Math.ceil(centreX - reachX)); x <= Math.min(side - 1, centreX + reachX); x++) {
      const dx = (x - centreX) / (radius * squash)
      const dy = (y - centreY) / radius
      const share = smoothstep(1.05, 0.97, Math.sqrt(Math.sqrt(dx * dx * dx * dx + dy * dy * dy * dy)))
      if (share <= 0) continue
      const i = 3 * (y * side + x)
      const shade = gain * (0.75 - 0.25 * dy)
      light[i] += (colour[0] * shade - light[i]) * share
      light[i + 1] += (colour[1] * shade - light[i + 1]) * share
      light[i + 2] += (colour[2] * shade - light[i + 2]) * share
    }
  }
}
