import sharp from 'sharp'
import { InputError, reasonOf } from '../errors.js'
import type { EncodedImage, RawPixels } from '../test-sets/test-set.js'

/** The largest image that is decoded, in pixels; a small file can claim any size. */
export const MAX_PIXELS = 64 * 1024 * 1024

/** The raster forms that are decoded, by their first bytes; SVG and the like are refused, they can name other files. */
const SIGNATURES: readonly (readonly [name: string, offset: number, bytes: string])[] = [
  ['JPEG', 0, '\xff\xd8\xff'],
  ['PNG', 0, '\x89PNG\r\n\x1a\n'],
  ['WebP', 8, 'WEBP'],
  ['GIF', 0, 'GIF8'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
]

/** The form of an encoded image, told from its first bytes; undefined where it is none that is decoded. */
export function imageForm(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1')
  return SIGNATURES.find(([, offset, signature]) => head.startsWith(signature, offset))?.[0]
}

/**
 * Decodes an image into RGB bytes, row after row. Grey becomes three equal channels, transparency is
 * dropped without blending, 16 bits become 8. As in Pillow, the pixels are those of the file: neither the
 * EXIF orientation nor an embedded colour profile is applied. JPEG decoding equals libjpeg-turbo's default
 * (accurate integer DCT, smooth chroma upsampling), which OpenCV, MXNet and Pillow use, to the last bit.
 * CMYK is converted through libvips' profile and may differ from OpenCV's.
 *
 * @param where what messages call the image
 * @throws InputError where the bytes are no image, are cut short or exceed {@link MAX_PIXELS}
 */
export async function decodeImage(bytes: Uint8Array, where: string): Promise<RawPixels> {
  if (imageForm(bytes) === undefined) {
    throw new InputError(
      'the image does not decode (it is no JPEG, PNG, WebP, GIF or TIFF)',
      where,
      'convert, replace or remove it',
    )
  }
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: MAX_PIXELS,
      failOn: 'truncated',
      ignoreIcc: true,
    })
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { kind: 'pixels', width: info.width, height: info.height, data }
  } catch (error) {
    throw new InputError(`the image does not decode (${reasonOf(error)})`, where, 'replace or remove it', {
      cause: error,
    })
  }
}

/** The pixels of an image of either kind. @throws InputError see {@link decodeImage} */
export async function toPixels(image: EncodedImage | RawPixels, where: string): Promise<RawPixels> {
  return image.kind === 'pixels' ? image : decodeImage(image.bytes, where)
}
