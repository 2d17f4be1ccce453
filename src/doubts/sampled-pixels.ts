import { InputError } from '../errors.js'
import type { EncodedImage, RawPixels } from '../images/image.js'
import { toPixels } from '../images/image-decoding.js'

/** Images that are looked into for doubts. */
export interface Images {
  readonly name: string
  readonly imageCount: number
  imageName(index: number): string
  read(index: number): Promise<EncodedImage | RawPixels>
}

/** Images that are looked at, spread evenly. */
const SAMPLE = 200
const AT_ONCE = 8

/** The pixels of some of the images, one after another; those that don't decode are passed over. */
export async function* sampledPixels(images: Images): AsyncGenerator<RawPixels> {
  const count = Math.min(SAMPLE, images.imageCount)
  const picked = Array.from({ length: count }, (_, i) => Math.floor((i * images.imageCount) / count))
  const look = async (index: number): Promise<RawPixels | undefined> => {
    try {
      return await toPixels(await images.read(index), images.imageName(index))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return undefined
    }
  }
  for (let start = 0; start < picked.length; start += AT_ONCE) {
    for (const pixels of await Promise.all(picked.slice(start, start + AT_ONCE).map(look)))
      if (pixels !== undefined) yield pixels
  }
}
