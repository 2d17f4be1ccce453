import sharp, { type Sharp } from 'sharp'

const raw = { width: 8, height: 8, channels: 3 } as const

/** A picture of 8x8 pixels, different for each number. */
export function smallImage(number: number): Sharp {
  const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i * (number + 3) + number * 37) % 251)
  return sharp(pixels, { raw })
}

export async function smallJpeg(number: number): Promise<Uint8Array> {
  return Uint8Array.from(await smallImage(number).jpeg().toBuffer())
}
