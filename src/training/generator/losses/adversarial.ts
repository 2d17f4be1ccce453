import { z } from 'zod'
import type { GraphBuilder, Value } from '../../../onnx/graph-builder.js'
import { meanOf, minus } from './directions.js'
import { type GeneratorLoss, weight } from './loss.js'

const options = z.strictObject(weight(0.8))

/** The mean score of the generated patches, taken from 0: the generator wants it high, whatever the discriminator learns by. */
export const adversarial: GeneratorLoss<z.output<typeof options>> = {
  title: 'adversarial',
  options,
  build: ({ g, scores }) => g.node('Neg', [meanOf(g, scores())]),
}

/** What a discriminator learns by: the loss of its scores of real and of generated images, as one number. */
type Judging = (g: GraphBuilder, real: Value, generated: Value) => Value

const half = (g: GraphBuilder, a: Value, b: Value): Value =>
  g.mul(g.add(meanOf(g, a), meanOf(g, b)), g.floats(0.5))

export const JUDGING = {
  /** real patches at 1, generated ones at 0: the authors' code's default */
  'least-squares': (g, real, generated) => {
    const off = minus(g, real, g.floats(1))
    return half(g, g.mul(off, off), g.mul(generated, generated))
  },
  /** real patches above 1, generated ones below -1 */
  hinge: (g, real, generated) =>
    half(g, g.node('Relu', [minus(g, g.floats(1), real)]), g.node('Relu', [g.add(g.floats(1), generated)])),
  /** binary cross entropy of the scores as logits */
  'cross-entropy': (g, real, generated) =>
    half(g, g.node('Softplus', [g.node('Neg', [real])]), g.node('Softplus', [generated])),
} as const satisfies Readonly<Record<string, Judging>>

export type JudgingName = keyof typeof JUDGING
export const JUDGING_NAMES = Object.keys(JUDGING) as JudgingName[]
