import type { RawPixels } from './image.js'

/** Binary digits of a weight: what 32 bits leave beside a level and a carry. */
const WEIGHT_DIGITS = 22
const ONE = 2 ** WEIGHT_DIGITS

/** The pixels that one pixel of the result is made of, and their weights as whole numbers. */
interface Taps {
  readonly first: number
  readonly weights: Int32Array
}

/** A triangle of the width of a result's pixel, or of a source's where that is wider. */
function tapsOf(source: number, result: number): Taps[] {
  const scale = source / result
  const reach = Math.max(1, scale)
  return Array.from({ length: result }, (_, i) => {
    const centre = (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - reach + 0.5))
    const end = Math.min(source, Math.trunc(centre + reach + 0.5))
    const shares = Array.from({ length: end - first }, (_, k) => {
      return Math.max(0, 1 - Math.abs((k + first - centre + 0.5) * (1 / reach)))
    })
    const whole = shares.reduce((sum, share) => sum + share, 0)
    return { first, weights: Int32Array.from(shares, (share) => Math.trunc(0.5 + (share / whole) * ONE)) }
  })
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
  const out = new Uint8Array(result * height * 3)
  tapsOf(width, result).forEach(({ first, weights }, x) => {
    for (let y = 0; y < height; y++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = ONE / 2
        const from = (y * width + first) * 3 + channel
        for (let k = 0; k < weights.length; k++) sum += data[from + 3 * k] * weights[k]
        out[(y * result + x) * 3 + channel] = Math.min(255, Math.floor(sum / ONE))
      }
    }
  })
  return out
}

function resizeColumns(data: Uint8Array, width: number, height: number, result: number): Uint8Array {
  const row = width * 3
  const out = new Uint8Array(result * row)
  tapsOf(height, result).forEach(({ first, weights }, y) => {
    for (let i = 0; i < row; i++) {
      let sum = ONE / 2
      for (let k = 0; k < weights.length; k++) sum += data[(first + k) * row + i] * weights[k]
      out[y * row + i] = Math.min(255, Math.floor(sum / ONE))
    }
  })
  return out
}
