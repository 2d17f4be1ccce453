import { z } from 'zod'
import type { GraphBuilder, Value } from '../../../onnx/graph-builder.js'
import { meanOf, minus } from './directions.js'
import { type GeneratorLoss, weight } from './loss.js'

const options = z.strictObject(weight(0.1))

const WINDOW = 11
const SIGMA = 1.5
const C1 = 0.01 ** 2
const C2 = 0.03 ** 2
const CHANNELS = 3

/**
 * 1 - SSIM, as the authors' code has beside the paper's four losses (pytorch-msssim: a Gaussian window of 11, values in 0..1,
 * no padding, the mean over all places).
 */
export const structure: GeneratorLoss<z.output<typeof options>> = {
  title: 'structural similarity',
  options,
  build({ g, pairedImage, real }) {
    const toUnit = (x: Value) => g.mul(g.add(x, g.floats(1)), g.floats(0.5))
    const [x, y] = [toUnit(pairedImage), toUnit(real)]
    const [meanX, meanY] = [blurred(g, x), blurred(g, y)]
    const [xx, yy, xy] = [g.mul(meanX, meanX), g.mul(meanY, meanY), g.mul(meanX, meanY)]
    const varianceX = minus(g, blurred(g, g.mul(x, x)), xx)
    const varianceY = minus(g, blurred(g, g.mul(y, y)), yy)
    const covariance = minus(g, blurred(g, g.mul(x, y)), xy)
    const twice = (value: Value, constant: number) => g.add(g.mul(value, g.floats(2)), g.floats(constant))
    const sum = (a: Value, b: Value, constant: number) => g.add(g.add(a, b), g.floats(constant))
    const luminance = g.node('Div', [twice(xy, C1), sum(xx, yy, C1)])
    const contrast = g.node('Div', [twice(covariance, C2), sum(varianceX, varianceY, C2)])
    return minus(g, g.floats(1), meanOf(g, g.mul(luminance, contrast)))
  },
}

/** Each channel under a Gaussian window, first along the rows, then along the columns. */
function blurred(g: GraphBuilder, x: Value): Value {
  const weights = Array.from({ length: WINDOW }, (_, i) =>
    Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  )
  const total = weights.reduce((a, b) => a + b)
  const window = Array.from({ length: CHANNELS }, () => weights.map((w) => w / total)).flat()
  const along = (value: Value, size: readonly [number, number]) =>
    g.node('Conv', [value, g.reshape(g.floats(window), [CHANNELS, 1, ...size])], {
      kernel_shape: size,
      group: CHANNELS,
    })
  return along(along(x, [WINDOW, 1]), [1, WINDOW])
}
