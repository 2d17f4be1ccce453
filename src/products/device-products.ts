import { Graph, type GraphParts } from '../onnx/graph.js'
import type { Port } from '../onnx/port.js'
import type { Provider } from '../onnx/providers.js'
import { Runtime, type RuntimeTensor, runtimeTensor } from '../onnx/runtime.js'
import { unsharer } from '../threads/unsharer.js'
import type { ListedPairs, TileTask } from './tile-candidates.js'
import type { Operand } from './tile-kernel.js'
import { lossBounds } from './tile-scale.js'

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

/** The rows of one side as a network takes them. */
function sideOf(): (side: Operand) => RuntimeTensor {
  const unshared = unsharer((length) => new Float32Array(length))
  return ({ numbers, rows, columns }) => runtimeTensor('float32', unshared(numbers), [rows, columns])
}

/** Small whole numbers of 64 bits, as 32. */
function narrow(numbers: BigInt64Array): Int32Array {
  const halves = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length)
  return Int32Array.from({ length: numbers.length }, (_, i) => halves[2 * i])
}

const counted = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i)

/** Products on a provider, in this thread. */
export interface DeviceProducts {
  /** The pairs of a tile that may matter. */
  scan(task: TileTask): Promise<ListedPairs>
  /** The most similar row on the right for each on the left, or nearly; -1 where there is none. @param own see `likelyNearest` */
  likely(left: Operand, right: Operand, own: boolean): Promise<Int32Array>
}

/** @throws InputError where the provider isn't there */
export async function openDeviceProducts(provider: Provider): Promise<DeviceProducts> {
  // Threads that spin between two tiles would take the core that decides their pairs.
  const candidates = await Runtime.open(Graph.of(CANDIDATES), { provider, spin: false })
  const nearest = await Runtime.open(Graph.of(NEAREST), { provider, spin: false })
  const [leftSide, rightSide] = [sideOf(), sideOf()]
  return {
    async scan({ left, right, rowNeeds, columnNeeds, above }) {
      const losses = lossBounds(left, right)
      // Rounding a need to float32 is within the slack of the losses.
      const row = Float32Array.from(rowNeeds, (need, i) => need - losses.rows[i])
      const column = Float32Array.from(columnNeeds, (need, j) => need - losses.columns[j])
      const { pairs } = await candidates.run({
        a: leftSide(left),
        b: rightSide(right),
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
        a: leftSide(left),
        b: rightSide(right),
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
