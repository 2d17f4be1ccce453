import sharp from 'sharp'
import { InputError, reasonOf } from '../errors.js'
import { decodeBmp } from './bmp/bmp.js'
import type { EncodedImage, RawPixels } from './image.js'
import { IMAGE_FORMS, imageForm } from './image-type.js'
import { decodePortableMap } from './portable-map.js'

/** The largest image that is decoded, in pixels; a small file can claim any size. */
export const MAX_PIXELS = 64 * 1024 * 1024

/** Forms that the library behind the others doesn't read. */
const OWN_DECODERS: Readonly<Record<string, (bytes: Uint8Array, where: string, limit: number) => RawPixels>> =
  {
    BMP: decodeBmp,
    PPM: decodePortableMap,
    PGM: decodePortableMap,
    PBM: decodePortableMap,
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
  const form = imageForm(bytes)
  if (form === undefined) {
    throw new InputError(
      bytes.length === 0
        ? 'the image does not decode (it has no bytes)'
        : `the image does not decode (it is no ${IMAGE_FORMS.map(({ name }) => name).join(', ')})`,
      where,
      'convert, replace or remove it',
    )
  }
  const decode = OWN_DECODERS[form.name]
  if (decode !== undefined) return decode(bytes, where, MAX_PIXELS)
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
