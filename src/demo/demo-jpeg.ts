import type Sharp from 'sharp'
import { onDemand } from '../on-demand.js'
import { IMAGE_SIDE } from './render/sensor.js'

const sharp = onDemand<typeof Sharp>('sharp')

/** Of all faces that are drawn on first use. */
export const DEMO_JPEG_QUALITY = 95

/** @param image 112 x 112 x 3 bytes */
export function demoJpeg(image: Uint8Array): Promise<Buffer> {
  return sharp()(image, { raw: { width: IMAGE_SIDE, height: IMAGE_SIDE, channels: 3 } })
    .jpeg({ quality: DEMO_JPEG_QUALITY })
    .toBuffer()
}
