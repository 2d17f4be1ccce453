import type Sharp from 'sharp'
import type { OutputInfo, Sharp as Pipeline } from 'sharp'
import { InputError, reasonOf } from '../errors.js'
import { RAISE, raised } from '../limits.js'
import { onDemand } from '../on-demand.js'
import { decodeBmp } from './bmp/bmp.js'
import { colourSpaceOf, inksToRgb, wideGreyToRgb, withoutGifTransparency } from './colour-space.js'
import type { EncodedImage, RawPixels } from './image.js'
import { IMAGE_FORMS, imageForm } from './image-type.js'
import type { PixelRoom } from './pixel-room.js'
import { decodePortableMap } from './portable-map.js'
import { decodeSmallJpeg } from './small-jpeg.js'

const sharp = onDemand<typeof Sharp>('sharp')

/** The largest image that is decoded, in pixels; a small file can claim any size, and takes up to 270 MB with this one. */
export const MAX_PIXELS = 32 * 1024 * 1024

const OF_NO_FORM = `the image does not decode (it is no ${IMAGE_FORMS.map(({ name }) => name).join(', ')})`

/** Forms that the library behind the others doesn't read. */
const OWN_DECODERS: Readonly<Record<string, (bytes: Uint8Array, where: string, limit: number) => RawPixels>> =
  {
    BMP: decodeBmp,
    PPM: decodePortableMap,
    PGM: decodePortableMap,
    PBM: decodePortableMap,
  }

export interface DecodingOptions {
  /** pixels of the largest image that is decoded; {@link MAX_PIXELS} by default; times `--limits` */
  readonly limit?: number
  /** 16-bit grey is scaled to 8 bits instead of cut off */
  readonly scaleWideGrey?: boolean
  /** memory for the pixels of a small JPEG */
  readonly room?: PixelRoom
}

/**
 * Decodes an image into RGB bytes, row after row. Grey becomes three equal channels, transparency is
 * dropped without blending, 16 bits of a colour become 8. The pixels are those of Pillow's `convert('RGB')` (9.4),
 * difference 0: neither the EXIF orientation nor an embedded colour profile is applied, JPEG is decoded by the accurate
 * integer transform with smooth chroma, CMYK is turned into RGB without a profile, and 16-bit grey is cut off at 255
 * rather than scaled, as odd as that looks. Lab TIFF is refused.
 *
 * @param where what messages call the image
 * @throws InputError where the bytes are no image, are cut short or exceed the limit
 */
export async function decodeImage(
  bytes: Uint8Array,
  where: string,
  { limit = MAX_PIXELS, scaleWideGrey = false, room }: DecodingOptions = {},
): Promise<RawPixels> {
  const form = imageForm(bytes)
  if (form === undefined) {
    throw new InputError(
      bytes.length === 0 ? 'the image does not decode (it has no bytes)' : OF_NO_FORM,
      where,
      'convert, replace or remove it',
    )
  }
  const decode = OWN_DECODERS[form.name]
  const most = raised(limit)
  if (decode !== undefined) return decode(bytes, where, most)
  const small = form.name === 'JPEG' ? await decodeSmallJpeg(bytes, room, most) : undefined
  if (small !== undefined) return small
  try {
    return await decodeWithSharp(bytes, form.name, most, scaleWideGrey)
  } catch (error) {
    const reason = reasonOf(error)
    const ways = ['replace or remove it', ...(reason.includes('pixel limit') ? [RAISE] : [])]
    throw new InputError(`the image does not decode (${reason})`, where, ways, { cause: error })
  }
}

async function decodeWithSharp(
  bytes: Uint8Array,
  form: string,
  limit: number,
  scaleWideGrey: boolean,
): Promise<RawPixels> {
  const space = await colourSpaceOf(bytes, form)
  const opaque = form === 'GIF' ? withoutGifTransparency(bytes) : bytes
  const image = sharp()(opaque, { limitInputPixels: limit, failOn: 'truncated', ignoreIcc: true })
  const toRaw = async (of: Pipeline, depth: 'uchar' | 'ushort') =>
    of.raw({ depth }).toBuffer({ resolveWithObject: true })
  const pixels = ({ width, height }: OutputInfo, data: Uint8Array): RawPixels => {
    return { kind: 'pixels', width, height, data }
  }
  if (space === 'cmyk') {
    const { data, info } = await toRaw(image.pipelineColourspace('cmyk').toColourspace('cmyk'), 'uchar')
    return pixels(info, inksToRgb(data))
  }
  if (space === 'grey16') {
    const { data, info } = await toRaw(image.toColourspace('grey16'), 'ushort')
    const levels = new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
    return pixels(info, wideGreyToRgb(levels, info.channels, scaleWideGrey))
  }
  const { data, info } = await toRaw(image.removeAlpha().toColourspace('srgb'), 'uchar')
  return pixels(info, data)
}

/** The pixels of an image of either kind. @throws InputError see {@link decodeImage} */
export async function toPixels(image: EncodedImage | RawPixels, where: string): Promise<RawPixels> {
  return image.kind === 'pixels' ? image : decodeImage(image.bytes, where)
}

/** Why an image doesn't decode, or undefined where it does. */
export async function decodingProblem(bytes: Uint8Array, where: string): Promise<InputError | undefined> {
  try {
    await decodeImage(bytes, where)
    return undefined
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}
