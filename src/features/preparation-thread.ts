import { serveThread } from '../threads/thread-side.js'
import type { NamedImage } from './named-image.js'
import { imagePreparation, type WantedInputs } from './prepare-images.js'

/** Some images of a batch. */
export interface PreparationTask {
  readonly images: readonly NamedImage[]
  readonly skipUnreadable: boolean
}

/** Memory that threads share: inputs are larger than their images, and would be copied twice. */
const shared = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length))

serveThread((wanted: WantedInputs) => {
  const prepare = imagePreparation(wanted)
  return {
    do: ({ images, skipUnreadable }: PreparationTask) =>
      prepare(images, shared, images.length, skipUnreadable),
  }
})
