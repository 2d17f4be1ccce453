import { InputError } from '../errors.js'
import { Graph, type GraphParts } from '../onnx/graph.js'
import type { Port } from '../onnx/port.js'
import type { Provider } from '../onnx/providers.js'
import { Runtime, runtimeTensor } from '../onnx/runtime.js'
import type { FeatureRows } from './feature-rows.js'
import { productLoss } from './product-loss.js'
import type { ListedPairs, TileTask } from './tile-candidates.js'
import type { Operand, PackedRows } from './tile-kernel.js'
import { lossBounds } from './tile-scale.js'

/**
 * Products on a provider, which looks through them itself: only the pairs that may matter come back, to be decided here in
 * float64. Results are those of any other kernel.
 */
export interface DeviceKernel {
  readonly name: Provider
  /** rows a tile is high and wide */
  readonly blockRows: number
  /** Rows ready for either side. @throws InputError where the provider's rounding is not known */
  pack(rows: FeatureRows): { readonly left: PackedRows; readonly right: PackedRows }
  /** The pairs of a tile that may matter. */
  scan(task: TileTask): Promise<ListedPairs>
  /** The most similar row on the right for each on the left, or nearly; -1 where there is none. @param own see `likelyNearest` */
  likely(left: Operand, right: Operand, own: boolean): Promise<Int32Array>
}

/** A tile brings 2 x 16 MB of features to the device for 67 million products, which take some 700 MB there. */
const BLOCK_ROWS = 8192
/** Below any cosine. */
const LOWEST = -2

const left: Port = { name: 'a', type: 'float32', shape: ['m', 'k'] }
const right: Port = { name: 'b', type: 'float32', shape: ['n', 'k'] }
const products = { opType: 'Gemm', inputs: ['a', 'b'], outputs: ['p'], attributes: { transB: 1 } }

/** Where products are at least what their row or their column asks for. */
const CANDIDATES: GraphParts = {
  nodes: [
    products,
    { opType: 'Min', inputs: ['row_needs', 'column_needs'], outputs: ['least'] },
    { opType: 'GreaterOrEqual', inputs: ['p', 'least'], outputs: ['reached'] },
    { opType: 'NonZero', inputs: ['reached'], outputs: ['pairs'] },
  ],
  inputs: [
    ...[left, right],
    { name: 'row_needs', type: 'float32', shape: ['m', 1] },
    { name: 'column_needs', type: 'float32', shape: [1, 'n'] },
  ],
  outputs: [{ name: 'pairs', type: 'int64', shape: [2, 'count'] }],
}

/** The highest product of each row, but for those of a row and a column of the same number. */
const NEAREST: GraphParts = {
  nodes: [
    products,
    { opType: 'Equal', inputs: ['row_numbers', 'column_numbers'], outputs: ['same'] },
    { opType: 'Where', inputs: ['same', 'lowest', 'p'], outputs: ['others'] },
    { opType: 'ArgMax', inputs: ['others'], outputs: ['nearest'], attributes: { axis: 1, keepdims: 0 } },
  ],
  inputs: [
    ...[left, right],
    { name: 'row_numbers', type: 'int32', shape: ['m', 1] },
    { name: 'column_numbers', type: 'int32', shape: [1, 'n'] },
    { name: 'lowest', type: 'float32', shape: [] },
  ],
  outputs: [{ name: 'nearest', type: 'int64', shape: ['m'] }],
}

/** Unit rows in float32; each side bears half of what a product may lose. */
function packUnit({ matrix, inverseNorms }: FeatureRows, loss: number): PackedRows {
  const { rows, columns, data } = matrix
  const numbers = new Float32Array(rows * columns)
  for (let row = 0, at = 0; row < rows; row++) {
    const scale = inverseNorms[row]
    for (const end = at + columns; at < end; at++) numbers[at] = data[at] * scale
  }
  return {
    ...{ rows, columns, paddedRows: rows, numbers, zero: 0 },
    steps: Float32Array.of(1),
    norms: new Float64Array(rows).fill(1),
    residuals: new Float64Array(rows).fill(loss / 2),
  }
}

const matrixOf = ({ numbers, rows, columns }: Operand) =>
  runtimeTensor('float32', numbers as Float32Array, [rows, columns])

/** Small whole numbers of 64 bits, as 32. */
function narrow(numbers: BigInt64Array): Int32Array {
  const halves = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length)
  return Int32Array.from({ length: numbers.length }, (_, i) => halves[2 * i])
}

const counted = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i)

/** @throws InputError where the provider isn't there, or what its rounding may lose is not known */
export async function openDeviceKernel(provider: Provider): Promise<DeviceKernel> {
  if (productLoss(provider, 1) === undefined)
    throw new InputError(
      `exact counts need to know how '${provider}' rounds, which it does not state`,
      '--provider',
      'use --provider cpu for this command',
    )
  // Threads that spin between two tiles would take the core that decides their pairs.
  const candidates = await Runtime.open(Graph.of(CANDIDATES), { provider, spin: false })
  const nearest = await Runtime.open(Graph.of(NEAREST), { provider, spin: false })
  return {
    name: provider,
    blockRows: BLOCK_ROWS,
    pack(rows) {
      const packed = packUnit(rows, productLoss(provider, rows.matrix.columns) ?? Number.POSITIVE_INFINITY)
      return { left: packed, right: packed }
    },
    async scan({ left, right, rowNeeds, columnNeeds, above }) {
      const losses = lossBounds(left, right)
      // Rounding a need to float32 is within the slack of the losses.
      const row = Float32Array.from(rowNeeds, (need, i) => need - losses.rows[i])
      const column = Float32Array.from(columnNeeds, (need, j) => need - losses.columns[j])
      const { pairs } = await candidates.run({
        a: matrixOf(left),
        b: matrixOf(right),
        row_needs: runtimeTensor('float32', row, [left.rows, 1]),
        column_needs: runtimeTensor('float32', column, [1, right.rows]),
      })
      const found = narrow(pairs.data as BigInt64Array)
      const count = found.length / 2
      const [rows, columns] = [found.subarray(0, count), found.subarray(count)]
      if (!above) return { rows, columns }
      return { rows: rows.filter((i, k) => i < columns[k]), columns: columns.filter((j, k) => rows[k] < j) }
    },
    async likely(left, right, own) {
      const results = await nearest.run({
        a: matrixOf(left),
        b: matrixOf(right),
        row_numbers: runtimeTensor('int32', counted(left.rows), [left.rows, 1]),
        column_numbers: runtimeTensor(
          'int32',
          own ? counted(right.rows) : new Int32Array(right.rows).fill(-1),
          [1, right.rows],
        ),
        lowest: runtimeTensor('float32', Float32Array.of(LOWEST), []),
      })
      const places = narrow(results.nearest.data as BigInt64Array)
      // A row alone has nobody but itself.
      return own && right.rows === 1 ? places.fill(-1) : places
    },
  }
}
