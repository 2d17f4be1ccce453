import { LEAVE_OUT } from '../datasets/dataset.js'
import { InputError } from '../errors.js'
import type { EncodedImage, RawPixels } from '../images/image.js'
import { decodeImage } from '../images/image-decoding.js'

/** An image on its way into a network. `where` is what messages call it. */
export interface NamedImage {
  readonly image: EncodedImage | RawPixels
  readonly where: string
  /** why its bytes can't be read, where that is known */
  readonly problem?: { readonly what: string; readonly where: string; readonly remedy: string }
}

/** An image that was left out because it doesn't decode. */
export interface LeftOutImage {
  readonly index: number
  readonly where: string
  readonly reason: string
}

/** The image in memory of its own: a message takes the whole buffer along that a view looks at. */
export function detached({ image, ...rest }: NamedImage): NamedImage {
  return image.kind === 'pixels'
    ? { ...rest, image: { ...image, data: Uint8Array.from(image.data) } }
    : { ...rest, image: { ...image, bytes: Uint8Array.from(image.bytes) } }
}

/** The pixels of an image; where it may be left out, why there are none. */
export async function decode(
  { image, where, problem }: NamedImage,
  mayFail: boolean,
): Promise<RawPixels | InputError> {
  if (problem !== undefined) {
    const error = new InputError(problem.what, problem.where, problem.remedy)
    if (mayFail) return error
    throw error
  }
  if (image.kind === 'pixels') return image
  try {
    return await decodeImage(image.bytes, where)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    if (mayFail) return error
    throw error.or(LEAVE_OUT)
  }
}
