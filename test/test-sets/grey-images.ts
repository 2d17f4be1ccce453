import sharp from 'sharp'

/** A small PNG of one grey level, different for every level. */
export const grey = (level: number) =>
  sharp({ create: { width: 4, height: 4, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer()
