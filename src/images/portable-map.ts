import { InputError } from '../errors.js'
import { RAISE } from '../limits.js'
import type { RawPixels } from './image.js'

/** Channels of each kind, by the number after the P; 1 to 3 are text, 4 to 6 bytes. */
const CHANNELS: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 3, 4: 1, 5: 1, 6: 3 }
const LONGEST_NUMBER = 10

function refuse(what: string, where: string): InputError {
  return new InputError(`the image does not decode (PNM: ${what})`, where, 'convert, replace or remove it')
}

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 9 && byte <= 13)

/** Reads whole numbers in decimal between white space and comments. */
class Numbers {
  at = 2

  constructor(
    private readonly bytes: Uint8Array,
    private readonly where: string,
  ) {}

  #skip(): void {
    for (; this.at < this.bytes.length; this.at++) {
      if (this.bytes[this.at] === 0x23)
        while (this.at < this.bytes.length && this.bytes[this.at] !== 0x0a) this.at++
      else if (!isSpace(this.bytes[this.at])) return
    }
  }

  /** @param digits the most that a number has: 1 where they may stand without space between them */
  next(digits = LONGEST_NUMBER): number {
    this.#skip()
    let value = 0
    let read = 0
    for (; read < digits; read++, this.at++) {
      const digit = this.bytes[this.at] - 0x30
      if (!(digit >= 0 && digit <= 9)) break
      value = 10 * value + digit
    }
    if (read === 0)
      throw refuse(this.at < this.bytes.length ? 'no number where one should be' : 'cut short', this.where)
    return value
  }
}

/** Rounds halves to the even number, as Python does. */
function round(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low
}

/**
 * Decodes a portable bit-, grey- or pixmap (P1 to P6) into RGB bytes. Values are `value / most * 255` rounded to the
 * nearest, halves to even, as Pillow does. Greys of more than 8 bits are scaled to 16 and cut off at 255, as it does with
 * all 16-bit greys.
 * @param limit the most pixels
 * @throws InputError where it is cut short, a value exceeds the stated most, or there are more pixels
 */
export function decodePortableMap(bytes: Uint8Array, where: string, limit: number): RawPixels {
  const kind = bytes[1] - 0x30
  const channels = CHANNELS[kind]
  const bits = kind === 1 || kind === 4
  const numbers = new Numbers(bytes, where)
  const [width, height, most] = [numbers.next(), numbers.next(), bits ? 1 : numbers.next()]
  if (width === 0 || height === 0) throw refuse(`${width}x${height} pixels`, where)
  if (width * height > limit) throw refuse(`${width}x${height} exceeds the pixel limit`, where).or(RAISE)
  if (most < 1 || most > 65535) throw refuse(`values up to ${most}`, where)

  const count = width * height * channels
  const values =
    kind <= 3
      ? textValues(numbers, count, bits)
      : byteValues(bytes, numbers.at + 1, { width, count, most, bits, where })
  const level =
    channels === 1 && most > 255
      ? (value: number) => Math.min(255, round((value / most) * 65535))
      : (value: number) => round((value / most) * 255)
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < count; i++) {
    const value = values(i)
    if (value > most) throw refuse(`the value ${value}, more than ${most}`, where)
    const scaled = bits ? 255 * (1 - value) : level(value)
    if (channels === 3) data[i] = scaled
    else data.fill(scaled, 3 * i, 3 * i + 3)
  }
  return { kind: 'pixels', width, height, data }
}

/** A function to be called with 0, 1, 2 .. */
function textValues(numbers: Numbers, count: number, bits: boolean): (index: number) => number {
  const values = Uint32Array.from({ length: count }, () => numbers.next(bits ? 1 : undefined))
  return (index) => values[index]
}

function byteValues(
  bytes: Uint8Array,
  start: number,
  form: { width: number; count: number; most: number; bits: boolean; where: string },
): (index: number) => number {
  const { width, count, most, bits } = form
  const stride = Math.ceil(width / 8)
  const size = most > 255 ? 2 : 1
  const needed = bits ? stride * (count / width) : size * count
  if (start + needed > bytes.length) throw refuse('cut short', form.where)
  if (bits) {
    return (index) => {
      const x = index % width
      return (bytes[start + Math.floor(index / width) * stride + (x >> 3)] >> (7 - (x & 7))) & 1
    }
  }
  return size === 1
    ? (index) => bytes[start + index]
    : (index) => bytes[start + 2 * index] * 256 + bytes[start + 2 * index + 1]
}
