import type Sharp from 'sharp'
import { onDemand } from '../on-demand.js'
import type { RawPixels } from './image.js'
import { decodeImage } from './image-decoding.js'
import { imageForm } from './image-type.js'
import { jpegHeader } from './jpeg-header.js'
import { type Orientation, turn } from './orientation.js'
import type { PixelRoom } from './pixel-room.js'

const sharp = onDemand<typeof Sharp>('sharp')

/** The largest photograph that is decoded, in pixels: turned, it takes 300 MB as JPEG, 500 MB with the inks of print. */
export const MAX_PHOTOGRAPH = 48 * 1024 * 1024

/** Forms that can say how they are to be turned, other than JPEG. */
const TURNED_FORMS = ['PNG', 'WebP', 'TIFF', 'AVIF']

/** What a photograph's header says. */
export interface PhotographHeader {
  /** how it is to be turned */
  readonly orientation: Orientation
  /** sides as they are stored, pixels; undefined where the form is read by its decoder alone */
  readonly width?: number | undefined
  readonly height?: number | undefined
}

/** Reads a photograph's header; one that can't be read says nothing. */
export async function photographHeader(bytes: Uint8Array): Promise<PhotographHeader> {
  const form = imageForm(bytes)?.name
  if (form === 'JPEG') return jpegHeader(bytes)
  if (form === undefined || !TURNED_FORMS.includes(form)) return { orientation: 1 }
  const {
    orientation = 1,
    width,
    height,
  } = await sharp()(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ orientation: 1, width: undefined, height: undefined }))
  // libvips turns AVIF itself.
  return { orientation: form === 'AVIF' ? 1 : (orientation as Orientation), width, height }
}

/**
 * Decodes a photograph as people see it: turned as its EXIF orientation says, 16-bit grey scaled to 8 bits. Otherwise as
 * {@link decodeImage}.
 * @param room memory for small ones
 * @throws InputError where the bytes are no image, are cut short or exceed {@link MAX_PHOTOGRAPH}
 */
export async function decodePhotograph(
  bytes: Uint8Array,
  where: string,
  { orientation }: PhotographHeader,
  room?: PixelRoom,
): Promise<RawPixels> {
  const pixels = await decodeImage(bytes, where, {
    ...{ limit: MAX_PHOTOGRAPH, scaleWideGrey: true },
    ...(room && { room }),
  })
  return turn(pixels, orientation)
}

/** {@link decodePhotograph} of one whose header is not known yet. @throws InputError likewise */
export async function readPhotograph(bytes: Uint8Array, where: string): Promise<RawPixels> {
  return decodePhotograph(bytes, where, await photographHeader(bytes))
}
