import type { Value } from '../onnx/graph-builder.js'
import { exactFloats, type Tensor } from '../onnx/tensor.js'
import { type RowBuilder, type RowsApart, rowsOf } from './rows-apart.js'

/** Polynomials are multiplied at 0, 1, -1, this, minus this and infinity. */
const POINT = 2
const SQUARE = POINT ** 2

/** What each of the six products takes of a kernel's three rows. */
const PRODUCTS: readonly (readonly number[])[] = [
  [1 / SQUARE, 0, 0],
  ...[1, -1].map((p) => [1, p, 1].map((n) => n / (2 * (1 - SQUARE)))),
  ...[POINT, -POINT].map((p) => [1, p, SQUARE].map((n) => n / (2 * SQUARE * (SQUARE - 1)))),
  [0, 0, 1],
]

/** A convolution's weight [to, from, 3, 3], and its bias where it has one. */
export interface Kernel {
  readonly weight: Tensor
  readonly bias: Value | undefined
}

/**
 * A 3x3 convolution that keeps a map's size, by half of its multiplications: four rows come of six products instead of
 * twelve, each a 1x3 convolution of sums of the map's rows (Winograd, "Arithmetic complexity of computations", 1980; Lavin and
 * Gray, "Fast algorithms for convolutional neural networks", CVPR 2016: F(4, 3), here along one axis, which rounds less
 * than along both). Equal but for rounding. Weights take twice the memory.
 */
export function filterMinimally(rows: RowBuilder, map: RowsApart, { weight, bias }: Kernel): RowsApart {
  const { g } = rows
  const [to, from] = weight.shape
  const tall = rowsOf(map.height, 0)
  const [p0, p1, p2, p3] = map.parts.map((part, i) => rows.fit(part, from, rowsOf(map.height, i), tall))
  const product = (of: Value, index: number, biases: readonly Value[] = []): Value => {
    const kernel = g.weight(g.name('product'), [to, from, 1, 3], () => combined(weight, PRODUCTS[index]))
    return g.node('Conv', [of, kernel, ...biases], { kernel_shape: [1, 3], pads: [0, 1, 0, 1] })
  }
  /** The products at p and -p, added and subtracted; `square` is that of the other point. */
  const twins = (p: number, square: number, index: number): { sum: Value; difference: Value } => {
    const even = rows.scaled(p1, from, -square, p3)
    const odd = rows.scaled(p0, from, -square, p2)
    const plus = product(rows.scaled(odd, from, p, even), index)
    const minus = product(rows.scaled(odd, from, -p, even), index + 1)
    return { sum: g.add(plus, minus), difference: rows.scaled(minus, to, -1, plus) }
  }
  const one = twins(1, SQUARE, 1)
  const two = twins(POINT, 1, 3)
  const above = rows.column(p3, from, { taps: [SQUARE, 1], above: 1 })
  const below = rows.column(p0, from, { taps: [SQUARE, 1], below: 1 })
  const first = product(rows.scaled(p1, from, -1 - SQUARE, above), 0, bias === undefined ? [] : [bias])
  const last = product(rows.scaled(p2, from, -1 - SQUARE, below), 5, bias === undefined ? [] : [bias])
  const parts = [
    g.add(first, g.add(one.sum, two.sum)),
    rows.scaled(two.difference, to, POINT, one.difference, bias),
    rows.scaled(two.sum, to, SQUARE, one.sum, bias),
    g.add(last, rows.scaled(two.difference, to, POINT ** 3, one.difference)),
  ]
  const fitted = parts.map((part, i) => rows.fit(part, to, tall, rowsOf(map.height, i)))
  return { channels: to, height: map.height, parts: fitted }
}

/** The kernel's rows, weighted and added: [to, from, 1, 3]. */
function combined(weight: Tensor, factors: readonly number[]): Float32Array {
  const numbers = exactFloats(weight)
  const result = new Float32Array(numbers.length / 3)
  for (let kernel = 0; kernel < result.length; kernel += 3) {
    for (let i = 0; i < 3; i++) {
      const at = 3 * kernel + i
      result[kernel + i] =
        factors[0] * numbers[at] + factors[1] * numbers[at + 3] + factors[2] * numbers[at + 6]
    }
  }
  return result
}
