import type { Attributes } from './attributes.js'
import { sampleIdentity, traitsOf } from './identity.js'
import type { RenderRequest } from './render/render-batch.js'
import { RenderPool } from './render/render-pool.js'
import { type AttributePreset, sampleAttributes } from './sampling.js'
import { lessVaried, type Variety } from './variety.js'

/** One training image and who it shows. */
export interface TrainingImage extends RenderRequest {
  /** number of the identity */
  readonly person: number
  /** number of the image among the identity's */
  readonly image: number
  /** 112 x 112 x 3 bytes, RGB */
  readonly pixels: Uint8Array
}

export interface TrainingImageOptions {
  readonly identities: number
  readonly imagesEach: number
  readonly seed?: number
  readonly firstIdentity?: number
  readonly preset?: AttributePreset
  /** how much circumstances vary; by default as the preset has them, for each image anew */
  readonly variety?: Variety
  /** which circumstances are taken; the others are drawn and passed over. By default all */
  readonly accept?: (attributes: Attributes, image: number) => boolean
  readonly threads?: number | undefined
}

/** The images of training identities, identity by identity. Memory does not grow with their number. */
export async function* trainingImages(options: TrainingImageOptions): AsyncGenerator<TrainingImage> {
  const {
    identities,
    imagesEach,
    seed = 1,
    firstIdentity = 0,
    preset = 'train',
    variety,
    accept = () => true,
  } = options
  const asked: Omit<TrainingImage, 'pixels'>[] = []
  function* requests(): Generator<RenderRequest> {
    for (let person = firstIdentity; person < firstIdentity + identities; person++) {
      const identity = sampleIdentity(seed, 'train', person)
      const traits = traitsOf(identity)
      const sample = (drawn: number) => sampleAttributes(seed, 'train', person, drawn, preset, traits)
      let drawn = 0
      for (let image = 0; image < imagesEach; drawn++) {
        const attributes = variety ? lessVaried(sample(0), sample(drawn + 1), variety) : sample(drawn)
        if (!accept(attributes, image)) continue
        asked.push({ person, image, identity, attributes })
        image++
        yield { identity, attributes }
      }
    }
  }
  const pool = new RenderPool(options.threads)
  try {
    for await (const pixels of pool.stream(requests())) yield { ...asked.shift()!, pixels }
  } finally {
    await pool.close()
  }
}
