import { RandomStream } from '../../random/philox.js'
import { toDisplay } from '../paint/colour.js'

/** Pixels a side of every image of this world. */
export const IMAGE_SIDE = 112
/** Numbers in an image: rows x columns x RGB. */
export const IMAGE_BYTES = IMAGE_SIDE * IMAGE_SIDE * 3
/** Samples a side of an image: 3 for every 2 pixels, so edges are smooth. */
export function samplesOf(side: number): number {
  return (side * 3) / 2
}

const NORMALS = (() => {
  const normals = new Float32Array(8192)
  new RandomStream(0, 'world/sensor-noise').fillNormal(normals)
  return normals
})()

/** Turns linear-light samples into display levels 0 .. 255, in place, and averages them into pixels. */
export function develop(light: Float32Array, levels: Float32Array, side: number): void {
  for (let i = 0; i < light.length; i++) light[i] = toDisplay(light[i])
  const row = samplesOf(side) * 3
  for (let y = 0; y < side; y++) {
    const odd = y & 1
    const top = ((y >> 1) * 3 + odd) * row
    const weightTop = odd === 0 ? 2 / 3 : 1 / 3
    for (let x = 0; x < side; x++) {
      const right = x & 1
      const at = top + ((x >> 1) * 3 + right) * 3
      const weightLeft = right === 0 ? 2 / 3 : 1 / 3
      const to = (y * side + x) * 3
      for (let c = 0; c < 3; c++) {
        const upper = light[at + c] * weightLeft + light[at + c + 3] * (1 - weightLeft)
        const lower = light[at + c + row] * weightLeft + light[at + c + row + 3] * (1 - weightLeft)
        levels[to + c] = upper * weightTop + lower * (1 - weightTop)
      }
    }
  }
}

/** Gaussian blur in place, borders repeated; `scratch` is as large as `levels`. */
export function blur(levels: Float32Array, scratch: Float32Array, sigma: number, side: number): void {
  if (sigma < 0.15) return
  const radius = Math.ceil(2.5 * sigma)
  const kernel = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2))
  const total = kernel.reduce((sum, w, i) => sum + (i === 0 ? w : 2 * w), 0)
  for (let i = 0; i <= radius; i++) kernel[i] /= total
  const last = side - 1
  const pass = (from: Float32Array, to: Float32Array, step: number, line: number) => {
    for (let l = 0; l < side; l++) {
      for (let p = 0; p <= last; p++) {
        const at = l * line + p * step
        let r = kernel[0] * from[at]
        let g = kernel[0] * from[at + 1]
        let b = kernel[0] * from[at + 2]
        if (p >= radius && p <= last - radius) {
          for (
            let k = 1, before = at - step, after = at + step;
            k <= radius;
            k++, before -= step, after += step
          ) {
            const weight = kernel[k]
            r += weight * (from[before] + from[after])
            g += weight * (from[before + 1] + from[after + 1])
            b += weight * (from[before + 2] + from[after + 2])
          }
        } else {
          for (let k = 1; k <= radius; k++) {
            const before = l * line + (p < k ? 0 : p - k) * step
            const after = l * line + Math.min(p + k, last) * step
            r += kernel[k] * (from[before] + from[after])
            g += kernel[k] * (from[before + 1] + from[after + 1])
            b += kernel[k] * (from[before + 2] + from[after + 2])
          }
        }
        to[at] = r
        to[at + 1] = g
        to[at + 2] = b
      }
    }
  }
  pass(levels, scratch, 3, side * 3)
  pass(scratch, levels, side * 3, 3)
}

/** Adds sensor noise of `sigma` levels and rounds to bytes; `grain` chooses the noise. */
export function quantise(levels: Float32Array, sigma: number, grain: number, out: Uint8ClampedArray): void {
  let state = (Math.imul(grain, 0x9e3779b1) ^ 0x85ebca6b) >>> 0 || 1
  for (let i = 0; i < levels.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    out[i] = levels[i] + sigma * NORMALS[state & 8191]
  }
}
