import type { Matrix } from '../arrays/matrix.js'
import { Graph } from '../onnx/graph.js'
import { Runtime, runtimeTensor } from '../onnx/runtime.js'

/** Which of the two factors enters transposed. */
interface Orientation {
  readonly left: boolean
  readonly right: boolean
}

function gemmNetwork({ left, right }: Orientation): Graph {
  return Graph.of({
    nodes: [
      {
        opType: 'Gemm',
        inputs: ['a', 'b'],
        outputs: ['y'],
        attributes: { transA: left ? 1 : 0, transB: right ? 1 : 0 },
      },
    ],
    inputs: [
      { name: 'a', type: 'float64', shape: ['a rows', 'a columns'] },
      { name: 'b', type: 'float64', shape: ['b rows', 'b columns'] },
    ],
    outputs: [{ name: 'y', type: 'float64', shape: ['rows', 'columns'] }],
  })
}

/**
 * Operations that one thread does in some milliseconds. Below it the others are not asked: on a machine with other work
 * they come late, and a decomposition has hundreds of small products, of which each would wait for the last of them.
 */
const ONE_THREAD = 50e6

const sessions = new Map<string, Promise<Runtime>>()

function sessionFor({ left, right }: Orientation, operations: number): Promise<Runtime> {
  const alone = operations < ONE_THREAD
  const key = `${left} ${right} ${alone}`
  let session = sessions.get(key)
  if (session === undefined) {
    // Threads that spin between two products would take the core that the work between them runs on.
    session = Runtime.open(gemmNetwork({ left, right }), { spin: false, ...(alone && { threads: 1 }) })
    sessions.set(key, session)
  }
  return session
}

async function gemm(
  a: Matrix<Float64Array>,
  b: Matrix<Float64Array>,
  orientation: Orientation,
): Promise<Matrix<Float64Array>> {
  const [rows, inner] = orientation.left ? [a.columns, a.rows] : [a.rows, a.columns]
  const [columns, other] = orientation.right ? [b.rows, b.columns] : [b.columns, b.rows]
  if (inner !== other) throw new RangeError(`${rows} x ${inner} times ${other} x ${columns}`)
  if (rows * columns * inner === 0) return { rows, columns, data: new Float64Array(rows * columns) }
  const session = await sessionFor(orientation, 2 * rows * columns * inner)
  const { y } = await session.run({
    a: runtimeTensor('float64', a.data, [a.rows, a.columns]),
    b: runtimeTensor('float64', b.data, [b.rows, b.columns]),
  })
  return { rows, columns, data: y.data as Float64Array }
}

/** A B, in float64 on all cores (onnxruntime's Gemm). 2 m n k operations. */
export function product(a: Matrix<Float64Array>, b: Matrix<Float64Array>): Promise<Matrix<Float64Array>> {
  return gemm(a, b, { left: false, right: false })
}

/** A B^T: the inner products of the rows of A with the rows of B. */
export function productOfRows(
  a: Matrix<Float64Array>,
  b: Matrix<Float64Array>,
): Promise<Matrix<Float64Array>> {
  return gemm(a, b, { left: false, right: true })
}

/** A^T B: the inner products of the columns of A with the columns of B. */
export function productOfColumns(
  a: Matrix<Float64Array>,
  b: Matrix<Float64Array>,
): Promise<Matrix<Float64Array>> {
  return gemm(a, b, { left: true, right: false })
}
