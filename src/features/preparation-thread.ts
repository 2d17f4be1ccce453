import type { ImageInput } from '../models/descriptor.js'
import { serveThread } from '../threads/thread-side.js'
import type { LeftOutImage, NamedImage } from './named-image.js'
import { type Inputs, imagePreparation } from './prepare-images.js'

/** Some images of a batch, and where their inputs go: memory that threads share. */
export interface PreparationTask {
  readonly images: readonly NamedImage[]
  readonly into: Inputs
  readonly skipUnreadable: boolean
}

serveThread((input: ImageInput) => {
  const prepare = imagePreparation(input)
  return {
    do: ({ images, into, skipUnreadable }: PreparationTask): Promise<LeftOutImage[]> =>
      prepare(images, into, skipUnreadable),
  }
})
