import { sampleIdentity, traitsOf } from './identity.js'
import type { RenderRequest } from './render/render-batch.js'
import { RenderPool } from './render/render-pool.js'
import { sampleAttributes } from './sampling.js'

/**
 * Images that stand for photographs where a real set is wanted, as the reference of demo-FID: each of another
 * person, in as varied circumstances as training images. Nobody of the training or test sets is among them.
 *
 * @returns `count` images of 112 x 112 x 3 bytes; the first n are the same whatever `count` is
 */
export async function* realLikeImages(count: number, seed: number): AsyncGenerator<Uint8Array> {
  function* requests(): Generator<RenderRequest> {
    for (let i = 0; i < count; i++) {
      const identity = sampleIdentity(seed, 'real-like', i)
      yield { identity, attributes: sampleAttributes(seed, 'real-like', i, 0, 'train', traitsOf(identity)) }
    }
  }
  const pool = new RenderPool()
  try {
    yield* pool.stream(requests())
  } finally {
    await pool.close()
  }
}
