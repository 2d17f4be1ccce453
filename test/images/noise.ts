import type { RawPixels } from '../../src/images/image.js'
import { RandomStream } from '../../src/random/philox.js'

/** An image of noise, always the same for a size. */
export function noise(width: number, height: number): RawPixels {
  const random = new RandomStream(width, 'noise', height)
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.nextInt(256))
  return { kind: 'pixels', width, height, data }
}
