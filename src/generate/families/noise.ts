import { z } from 'zod'
import { runtimeTensor } from '../../onnx/runtime.js'
import { RandomStream } from '../../random/philox.js'
import type { GeneratorFamily } from './family.js'

/** Generators that take normal noise beside the vector: style and diffusion networks exported as one graph. */
export const noise: GeneratorFamily<{ shape: readonly number[] }> = {
  id: 'noise',
  record: {
    key: 'noise',
    title: 'noise',
    schema: z.strictObject({ shape: z.array(z.int().positive()) }),
  },
  recordFor({ input }) {
    return input.noise && { shape: input.noise.shape }
  },
  batch({ input }, { shape }, size) {
    const length = shape.reduce((product, n) => product * n, 1)
    const numbers = new Float32Array(size * length)
    return {
      draw(place, { seed, identity, image, attempt = 0 }) {
        const own = numbers.subarray(place * length, (place + 1) * length)
        const stream = attempt === 0 ? 'generator noise' : `generator noise, attempt ${attempt}`
        new RandomStream(seed, stream, identity, image).fillNormal(own)
      },
      inputs: () =>
        input.noise === undefined
          ? {}
          : { [input.noise.name]: runtimeTensor('float32', numbers, [size, ...shape]) },
    }
  },
}
