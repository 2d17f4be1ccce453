import type Sharp from 'sharp'
import { onDemand } from '../on-demand.js'
import { jpegHeader } from './jpeg-header.js'

const sharp = onDemand<typeof Sharp>('sharp')

/** How an encoded image keeps its colours, where that needs a conversion of its own. */
export type ColourSpace = 'cmyk' | 'grey16' | 'rgb'

/** @param form the image's, as `imageForm` names it @throws Error where a TIFF's header can't be read */
export async function colourSpaceOf(bytes: Uint8Array, form: string): Promise<ColourSpace> {
  if (form === 'JPEG') return jpegHeader(bytes).components === 4 ? 'cmyk' : 'rgb'
  // the header's depth and colour type
  if (form === 'PNG') return bytes[24] === 16 && bytes[25] === 0 ? 'grey16' : 'rgb'
  if (form !== 'TIFF') return 'rgb'
  const { space } = await sharp()(bytes).metadata()
  return space === 'cmyk' || space === 'grey16' ? space : 'rgb'
}

/** Four inks, 255 for all of one, to RGB as Pillow does: what is left of white, each product rounded. */
export function inksToRgb(inks: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((inks.length / 4) * 3)
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const white = 255 - inks[from + 3]
    for (let c = 0; c < 3; c++) {
      const product = inks[from + c] * white + 128
      rgb[to + c] = white - ((product + (product >> 8)) >> 8)
    }
  }
  return rgb
}

/** 16-bit grey to RGB: scaled, or as Pillow does, which cuts off, so that all that is above 255 is white. */
export function wideGreyToRgb(levels: Uint16Array, channels: number, scaled: boolean): Uint8Array {
  const rgb = new Uint8Array((levels.length / channels) * 3)
  for (let from = 0, to = 0; from < levels.length; from += channels, to += 3) {
    rgb.fill(scaled ? levels[from] >> 8 : Math.min(255, levels[from]), to, to + 3)
  }
  return rgb
}

/**
 * A GIF whose frames have no transparent colour, so that transparent pixels keep the palette's, as in Pillow; a decoder
 * would make them black. The bytes are copied where something changes.
 */
export function withoutGifTransparency(gif: Uint8Array): Uint8Array {
  const tableLength = (flags: number): number => ((flags & 0x80) !== 0 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let out = gif
  let at = 13 + tableLength(gif[10])
  while (at < gif.length) {
    if (gif[at] === 0x21) {
      if (gif[at + 1] === 0xf9 && (gif[at + 3] & 1) === 1) {
        if (out === gif) out = Uint8Array.from(gif)
        out[at + 3] &= ~1
      }
      at += 2
    } else if (gif[at] === 0x2c) {
      at += 11 + tableLength(gif[at + 9])
    } else {
      break
    }
    while (at < gif.length && gif[at] !== 0) at += gif[at] + 1
    at++
  }
  return out
}
