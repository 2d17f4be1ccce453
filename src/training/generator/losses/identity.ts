import { z } from 'zod'
import type { Value } from '../../../onnx/graph-builder.js'
import { meanOf, minus, unitAlong } from './directions.js'
import { type GeneratorLoss, weight } from './loss.js'

const options = z.strictObject(weight(1))

/** PyTorch's `cosine_similarity` bounds lengths by this from below. */
const SHORTEST = 1e-8

/** 1 - cosine of the generated image's feature and the one asked for. */
export const identity: GeneratorLoss<z.output<typeof options>> = {
  title: 'identity',
  options,
  build({ g, wanted, feature }) {
    const unit = (rows: Value) => unitAlong(g, rows, 1, SHORTEST)
    const cosine = g.node('ReduceSum', [g.mul(unit(feature()), unit(wanted)), g.ints([1])], { keepdims: 0 })
    return meanOf(g, minus(g, g.floats(1), cosine))
  },
}
