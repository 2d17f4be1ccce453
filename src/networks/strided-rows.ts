import type { Value } from '../onnx/graph-builder.js'
import { exactFloats, type Tensor } from '../onnx/tensor.js'
import type { Kernel } from './minimal-filtering.js'
import { type RowBuilder, type RowsApart, rowsOf } from './rows-apart.js'

/** A convolution with stride 2 by 1x1, or by 3x3 with a border of one, of a map of even height whose rows lie apart: row by row of its kernel. */
export function strideRows(rows: RowBuilder, map: RowsApart, { weight, bias }: Kernel): RowsApart {
  const { g } = rows
  const [to, from, size] = weight.shape
  const height = map.height / 2
  const side = (size - 1) / 2
  const byRow = (input: Value, row: number, biases: readonly Value[] = []): Value => {
    const kernel = g.weight(g.name('row'), [to, from, 1, size], () => rowOf(weight, row))
    const attributes = { kernel_shape: [1, size], strides: [1, 2], pads: [0, side, 0, side] }
    return g.node('Conv', [input, kernel, ...biases], attributes)
  }
  const part = (index: number, tall: number): Value =>
    rows.fit(map.parts[index], from, rowsOf(map.height, index), tall)
  /** The rows 0, 2, 4 .. of the result, or 1, 3, 5 .. */
  const [evens, odds] = [0, 1].map((odd) => {
    const tall = Math.ceil((height - odd) / 2)
    const middle = byRow(part(2 * odd, tall), side, bias === undefined ? [] : [bias])
    if (side === 0) return middle
    const below = tall - rowsOf(map.height, 3)
    const upper =
      odd === 1 ? part(1, tall) : rows.column(map.parts[3], from, { taps: [1, 0], above: 1, below })
    return g.add(byRow(part(odd === 1 ? 3 : 1, tall), 2), g.add(byRow(upper, 0), middle))
  })
  const parts = [evens, odds, evens, odds].map((half, index) =>
    rows.column(half, to, { taps: index < 2 ? [1] : [0, 1], step: 2 }),
  )
  return { channels: to, height, parts }
}

/** One row of a kernel: [to, from, 1, size]. */
function rowOf(weight: Tensor, row: number): Float32Array {
  const [to, from, size] = weight.shape
  const numbers = exactFloats(weight)
  const result = new Float32Array(to * from * size)
  for (let kernel = 0; kernel < to * from; kernel++)
    for (let i = 0; i < size; i++) result[kernel * size + i] = numbers[(kernel * size + row) * size + i]
  return result
}
