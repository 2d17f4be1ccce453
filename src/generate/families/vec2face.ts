import { z } from 'zod'
import { runtimeTensor } from '../../onnx/runtime.js'
import { drawMasks, type Masking, PAPER_MASKING } from '../masks.js'
import type { GeneratorFamily } from './family.js'

const count = z.int().positive()

/** Vec2Face: tokens are dropped before the encoder and masked before the decoder, each image's own (arXiv 2409.02979, 3.2). */
export const vec2face: GeneratorFamily<Masking> = {
  id: 'vec2face',
  record: {
    key: 'masking',
    title: 'masking',
    schema: z.strictObject({
      tokens: count,
      dropped: z.int().nonnegative(),
      mean: z.number(),
      deviation: z.number().nonnegative(),
      low: z.number(),
      high: z.number(),
    }),
  },
  recordFor({ input: { masks } }) {
    return masks && { ...PAPER_MASKING, tokens: masks.tokens, dropped: masks.droppedCount }
  },
  batch({ input: { masks } }, masking, size) {
    const { tokens } = masking
    const dropped = new Uint8Array(size * tokens)
    const masked = new Uint8Array(size * tokens)
    return {
      draw(place, { seed, identity, image }) {
        const flags = [place * tokens, (place + 1) * tokens] as const
        drawMasks(masking, seed, identity, image, dropped.subarray(...flags), masked.subarray(...flags))
      },
      inputs: () =>
        masks === undefined
          ? {}
          : {
              [masks.dropped]: runtimeTensor('bool', dropped, [size, tokens]),
              [masks.masked]: runtimeTensor('bool', masked, [size, tokens]),
            },
    }
  },
}
