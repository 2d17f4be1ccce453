import type { RawPixels } from './image.js'

/** Between which two pixels of the source each pixel of the result lies, and how far from the first of them. */
interface Places {
  readonly source: number
  readonly firsts: Int32Array
  readonly seconds: Int32Array
  readonly shares: Float64Array
}

function placesOf(source: number, result: number): Places {
  const places = {
    source,
    firsts: new Int32Array(result),
    seconds: new Int32Array(result),
    shares: new Float64Array(result),
  }
  for (let i = 0; i < result; i++) {
    const at = Math.max(0, (i + 0.5) * (source / result) - 0.5)
    const first = Math.floor(at)
    places.firsts[i] = first
    places.seconds[i] = Math.min(first + 1, source - 1)
    places.shares[i] = at - first
  }
  return places
}

/** Writes one row of one channel of the result, in levels of 0 to 255. */
export type BilinearRows = (row: number, channel: number, into: Float64Array) => void

/**
 * Prepares resizing to one size by bilinear interpolation without corner alignment or antialiasing, as
 * `torch.nn.functional.interpolate`, in float64. A row of the source is interpolated across once for all rows of the result that
 * follow each other and need it.
 */
export function bilinearRows(width: number, height: number): (image: RawPixels) => BilinearRows {
  let across = placesOf(width, width)
  let down = placesOf(height, height)
  return (image) => {
    if (across.source !== image.width) across = placesOf(image.width, width)
    if (down.source !== image.height) down = placesOf(image.height, height)
    const [x, y] = [across, down]
    let upper = new KeptRow(width)
    let lower = new KeptRow(width)
    return (row, channel, into) => {
      const [first, second] = [y.firsts[row], y.seconds[row]]
      if (lower.holds(first, channel)) [upper, lower] = [lower, upper]
      upper.hold(image, first, channel, x)
      lower.hold(image, second, channel, x)
      blend(upper.values, lower.values, y.shares[row], into)
    }
  }
}

/** A row of the source, interpolated across. */
class KeptRow {
  readonly values: Float64Array
  #row = -1
  #channel = -1

  constructor(width: number) {
    this.values = new Float64Array(width)
  }

  holds(row: number, channel: number): boolean {
    return this.#row === row && this.#channel === channel
  }

  hold(image: RawPixels, row: number, channel: number, { firsts, seconds, shares }: Places): void {
    if (this.holds(row, channel)) return
    const { data } = image
    const start = row * image.width * 3 + channel
    for (let i = 0; i < shares.length; i++) {
      const share = shares[i]
      this.values[i] = data[start + 3 * firsts[i]] * (1 - share) + data[start + 3 * seconds[i]] * share
    }
    this.#row = row
    this.#channel = channel
  }
}

function blend(upper: Float64Array, lower: Float64Array, share: number, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = upper[i] * (1 - share) + lower[i] * share
}
