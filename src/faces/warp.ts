import type { RawPixels } from '../images/image.js'
import type { Similarity } from './similarity-fit.js'

/** OpenCV's fixed point: positions in 1024ths of a pixel, read in 32nds. */
const POSITION = 1024
const STEPS = 32
const TO_STEPS = 5
const ROUND = POSITION / STEPS / 2
const HALF = (STEPS * STEPS) / 2

/** What C's `cvRound` does: to the nearest whole number, halves to the even one. */
function toWhole(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1
}

/**
 * The square that a similarity takes an image's pixels to: bilinear, black where the image has none. To the bit what
 * OpenCV's `warpAffine` (4.6) gives with its defaults, whose positions are 32nds of a pixel; so insightface's crops are
 * made, which published test sets are. Time: pixels of the square.
 */
export function warpSimilarity(image: RawPixels, similarity: Similarity, size: number): RawPixels {
  const { width, height, data } = image
  const { a, b, tx, ty } = similarity
  const scale = 1 / (a * a + b * b)
  const [u, v] = [a * scale, b * scale]
  // The inverse: x = u x' + v y' + x0, y = -v x' + u y' + y0.
  const x0 = -u * tx - v * ty
  const y0 = v * tx - u * ty
  const alongX = Int32Array.from({ length: size }, (_, x) => toWhole(u * x * POSITION))
  const alongY = Int32Array.from({ length: size }, (_, x) => toWhole(-v * x * POSITION))
  const out = new Uint8Array(size * size * 3)
  const row = 3 * width
  let to = 0
  for (let y = 0; y < size; y++) {
    const fromX = toWhole((v * y + x0) * POSITION) + ROUND
    const fromY = toWhole((u * y + y0) * POSITION) + ROUND
    for (let x = 0; x < size; x++, to += 3) {
      const stepsX = (fromX + alongX[x]) >> TO_STEPS
      const stepsY = (fromY + alongY[x]) >> TO_STEPS
      const left = stepsX >> TO_STEPS
      const top = stepsY >> TO_STEPS
      const right = stepsX & (STEPS - 1)
      const lower = stepsY & (STEPS - 1)
      if (left < -1 || top < -1 || left >= width || top >= height) continue
      const at = top * row + 3 * left
      const inLeft = left >= 0
      const inRight = left + 1 < width
      if (inLeft && inRight && top >= 0 && top + 1 < height) {
        const below = at + row
        // The shares of the four pixels around, of 1024.
        const w4 = right * lower
        const w3 = STEPS * lower - w4
        const w2 = STEPS * right - w4
        const w1 = STEPS * STEPS - STEPS * right - w3
        out[to] = (data[at] * w1 + data[at + 3] * w2 + data[below] * w3 + data[below + 3] * w4 + HALF) >> 10
        out[to + 1] =
          (data[at + 1] * w1 + data[at + 4] * w2 + data[below + 1] * w3 + data[below + 4] * w4 + HALF) >> 10
        out[to + 2] =
          (data[at + 2] * w1 + data[at + 5] * w2 + data[below + 2] * w3 + data[below + 5] * w4 + HALF) >> 10
        continue
      }
      const upperLeft = inLeft && top >= 0 ? (STEPS - right) * (STEPS - lower) : 0
      const upperRight = inRight && top >= 0 ? right * (STEPS - lower) : 0
      const lowerLeft = inLeft && top + 1 < height ? (STEPS - right) * lower : 0
      const lowerRight = inRight && top + 1 < height ? right * lower : 0
      for (let channel = 0; channel < 3; channel++) {
        const from = at + channel
        let sum = HALF
        if (upperLeft > 0) sum += upperLeft * data[from]
        if (upperRight > 0) sum += upperRight * data[from + 3]
        if (lowerLeft > 0) sum += lowerLeft * data[from + row]
        if (lowerRight > 0) sum += lowerRight * data[from + row + 3]
        out[to + channel] = sum >> 10
      }
    }
  }
  return { kind: 'pixels', width: size, height: size, data: out }
}
