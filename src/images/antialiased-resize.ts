import type { RawPixels } from './image.js'

/** Binary digits of a weight: what 32 bits leave beside a level and a carry. */
const WEIGHT_DIGITS = 22
const ONE = 2 ** WEIGHT_DIGITS

/** A half, so that digits cut off round. */
const HALF = ONE / 2

/** The pixels that each pixel of the result is made of, equally many, and their weights as whole numbers. */
interface Taps {
  readonly firsts: Int32Array
  readonly count: number
  /** [pixels of the result, count]; with a level of 255 their sum stays below 2^31 */
  readonly weights: Int32Array
}

/** A triangle of the width of a result's pixel, or of a source's where that is wider. */
function tapsOf(source: number, result: number): Taps {
  const scale = source / result
  const reach = Math.max(1, scale)
  const taps = Array.from({ length: result }, (_, i) => {
    const centre = (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - reach + 0.5))
    const end = Math.min(source, Math.trunc(centre + reach + 0.5))
    const shares = Array.from({ length: end - first }, (_, k) => {
      return Math.max(0, 1 - Math.abs((k + first - centre + 0.5) * (1 / reach)))
    })
    const whole = shares.reduce((sum, share) => sum + share, 0)
    return { first, weights: shares.map((share) => Math.trunc(0.5 + (share / whole) * ONE)) }
  })
  const count = Math.max(...taps.map(({ weights }) => weights.length))
  const firsts = Int32Array.from(taps, ({ first }) => Math.min(first, source - count))
  const weights = new Int32Array(result * count)
  for (const [i, tap] of taps.entries()) weights.set(tap.weights, i * count + tap.first - firsts[i])
  return { firsts, count, weights }
}

/**
 * Resizes by a triangle filter that widens where the image shrinks (antialiasing), across and then down, each rounded to
 * whole levels: Pillow's `resize(..., BILINEAR)`, to the last bit, and so torchvision's `Resize` of an image. Time:
 * pixels of the result times the filter's width.
 */
export function resizeAntialiased(image: RawPixels, width: number, height: number): RawPixels {
  const across = image.width === width ? image.data : resizeRows(image.data, image.width, image.height, width)
  const data = image.height === height ? across : resizeColumns(across, width, image.height, height)
  return { kind: 'pixels', width, height, data }
}

/**
 * The image at a network's size as torchvision's `Resize(size)` and `CenterCrop(size)` make it: the shorter side becomes
 * `size`, what is left of the longer one is cut off at both ends.
 */
export function fitAntialiased(image: RawPixels, size: number): RawPixels {
  const scaled = (side: number, other: number) => (side <= other ? size : Math.trunc((size * side) / other))
  const width = scaled(image.width, image.height)
  const height = scaled(image.height, image.width)
  const resized = resizeAntialiased(image, width, height)
  if (width === size && height === size) return resized
  const [left, top] = [width, height].map((side) => roundToEven((side - size) / 2))
  const data = new Uint8Array(size * size * 3)
  for (let y = 0; y < size; y++) {
    const from = ((top + y) * width + left) * 3
    data.set(resized.data.subarray(from, from + size * 3), y * size * 3)
  }
  return { kind: 'pixels', width: size, height: size, data }
}

/** Python's `round`. */
function roundToEven(value: number): number {
  const low = Math.floor(value)
  return value - low === 0.5 ? low + (low % 2) : Math.round(value)
}

function resizeRows(data: Uint8Array, width: number, height: number, result: number): Uint8Array {
  const { firsts, count, weights } = tapsOf(width, result)
  const out = new Uint8Array(result * height * 3)
  let to = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < result; x++, to += 3) {
      let at = (y * width + firsts[x]) * 3
      let red = HALF
      let green = HALF
      let blue = HALF
      for (let tap = x * count; tap < (x + 1) * count; tap++, at += 3) {
        const weight = weights[tap]
        red += data[at] * weight
        green += data[at + 1] * weight
        blue += data[at + 2] * weight
      }
      out[to] = level(red)
      out[to + 1] = level(green)
      out[to + 2] = level(blue)
    }
  }
  return out
}

function resizeColumns(data: Uint8Array, width: number, height: number, result: number): Uint8Array {
  const { firsts, count, weights } = tapsOf(height, result)
  const row = width * 3
  const out = new Uint8Array(result * row)
  const sums = new Int32Array(row)
  for (let y = 0; y < result; y++) {
    sums.fill(HALF)
    for (let k = 0; k < count; k++) addRow(sums, data, (firsts[y] + k) * row, weights[y * count + k])
    writeRow(sums, out, y * row)
  }
  return out
}

function addRow(sums: Int32Array, data: Uint8Array, from: number, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] += data[from + i] * weight
}

function writeRow(sums: Int32Array, out: Uint8Array, to: number): void {
  for (let i = 0; i < sums.length; i++) out[to + i] = level(sums[i])
}

/** Rounded weights may add up to a little more than one. */
function level(sum: number): number {
  return Math.min(255, sum >> WEIGHT_DIGITS)
}
