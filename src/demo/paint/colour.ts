import { clamp } from '../curves.js'

/** Linear-light red, green, blue, 0 .. 1. */
export type Colour = readonly [number, number, number]

function toLinear(byte: number): number {
  const v = byte / 255
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
}

/** A colour from sRGB bytes. */
export function srgb(red: number, green: number, blue: number): Colour {
  return [toLinear(red), toLinear(green), toLinear(blue)]
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  const t = clamp(share, 0, 1)
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

export function scaled(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor]
}

/** The colour at `at` (0 .. 1) of evenly spaced stops. */
export function ramp(stops: readonly Colour[], at: number): Colour {
  const place = clamp(at, 0, 1) * (stops.length - 1)
  const i = Math.min(stops.length - 2, Math.floor(place))
  return mix(stops[i], stops[i + 1], place - i)
}

/** A colour of the wheel: hue and lightness 0 .. 1, saturation 0 .. 1. */
export function fromHue(hue: number, saturation: number, lightness: number): Colour {
  const channel = (shift: number) => {
    const t = (((hue + shift) % 1) + 1) % 1
    const pure = clamp(Math.abs(t * 6 - 3) - 1, 0, 1)
    return 255 * lightness * (1 - saturation + saturation * pure)
  }
  return srgb(channel(0), channel(2 / 3), channel(1 / 3))
}

const TABLE_SIZE = 4096
const SRGB_TABLE = Float32Array.from({ length: TABLE_SIZE + 1 }, (_, i) => {
  const v = i / TABLE_SIZE
  return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)
})

/** Linear light to an sRGB level 0 .. 255, with a soft shoulder above 0.8 as film and cameras have. */
export function toDisplay(light: number): number {
  const v = light <= 0.8 ? light : 1 - 0.2 / (1 + (light - 0.8) * 5)
  return SRGB_TABLE[v <= 0 ? 0 : (v * TABLE_SIZE) | 0]
}
