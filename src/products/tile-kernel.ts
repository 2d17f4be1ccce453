import { cores } from '../cores.js'
import type { ElementType } from '../onnx/element-types.js'
import { Graph, type GraphParts } from '../onnx/graph.js'
import type { Port } from '../onnx/port.js'
import { Runtime, type RuntimeTensor, runtimeTensor } from '../onnx/runtime.js'
import { unsharer } from '../threads/unsharer.js'
import type { FeatureRows } from './feature-rows.js'
import { quantise, type UnsignedBits, unsignedZero } from './quantisation.js'

/** Rows in the form that a kernel multiplies. Their numbers lie in memory that threads share. */
export interface Operand {
  readonly rows: number
  readonly columns: number
  /** rows with the padding, a multiple of {@link COLUMN_GROUP} on the right-hand side */
  readonly paddedRows: number
  readonly numbers: Uint8Array | Int8Array | Float32Array
  /** what one unit of `numbers` stands for: one for all rows, or one a row */
  readonly steps: Float32Array
  /** the number that stands for zero */
  readonly zero: number
}

/** Rows ready for one side of a product, and how far they are from what they stand for. */
export interface PackedRows extends Operand {
  /** length of each row as packed, and of what packing (and, for floats, summing) may lose of it */
  readonly norms: Float64Array
  readonly residuals: Float64Array
}

/**
 * Multiplies a block of rows with another and writes each inner product p as one byte,
 * `clamp(round(p / step) + zero, 0, 255)`. A true cosine c differs from p by at most
 * `left.residuals[i] + left.norms[i] * right.residuals[j]` (see {@link QuantisedRows}) and {@link SLACK}.
 */
export interface TileKernel {
  readonly name: 'integer' | 'float'
  /** Rows ready for either side. */
  pack(rows: FeatureRows): { readonly left: PackedRows; readonly right: PackedRows }
  /** @param out row-major, left.rows x right.paddedRows */
  multiply(left: Operand, right: Operand, step: number, zero: number, out: Uint8Array): Promise<void>
}

/** The columns of a tile come in groups of this many, so that they can be looked at 16 at a time. */
export const COLUMN_GROUP = 16
/** Covers the roundings of float32 scale factors and of the float64 norms and residuals. */
export const SLACK = 1e-6

const UNIT_ROUNDOFF = 2 ** -24

const scalar = (name: string, type: ElementType): Port => ({ name, type, shape: [] })
const left = (type: ElementType): Port => ({ name: 'a', type, shape: ['m', 'k'] })
const right = (type: ElementType): Port => ({ name: 'b', type, shape: ['n', 'k'] })
const product: Port = { name: 'y', type: 'uint8', shape: ['m', 'n'] }
const output = [scalar('step', 'float32'), scalar('zero', 'uint8')]

const INTEGER_NETWORK: GraphParts = {
  nodes: [
    {
      opType: 'QGemm',
      domain: 'com.microsoft',
      inputs: ['a', 'a_step', 'a_zero', 'b', 'b_step', 'b_zero', '', 'step', 'zero'],
      outputs: ['y'],
      attributes: { transB: 1 },
    },
  ],
  inputs: [
    ...[left('uint8'), scalar('a_step', 'float32'), scalar('a_zero', 'uint8')],
    right('int8'),
    { name: 'b_step', type: 'float32', shape: ['n'] },
    { name: 'b_zero', type: 'int8', shape: ['n'] },
    ...output,
  ],
  outputs: [product],
}

const FLOAT_NETWORK: GraphParts = {
  nodes: [
    { opType: 'Gemm', inputs: ['a', 'b'], outputs: ['p'], attributes: { transB: 1 } },
    { opType: 'QuantizeLinear', inputs: ['p', 'step', 'zero'], outputs: ['y'] },
  ],
  inputs: [left('float32'), right('float32'), ...output],
  outputs: [product],
}

function openSession(network: GraphParts, threads: number): Promise<Runtime> {
  // Threads that spin between two products would take the core that the work between them runs on.
  return Runtime.open(Graph.of(network), { threads, spin: false })
}

function padded(rows: number): number {
  return Math.ceil(rows / COLUMN_GROUP) * COLUMN_GROUP
}

const float = (value: number): RuntimeTensor => runtimeTensor('float32', Float32Array.of(value), [])
const byte = (value: number): RuntimeTensor => runtimeTensor('uint8', Uint8Array.of(value), [])
const outputTensor = (l: Operand, r: Operand, out: Uint8Array): RuntimeTensor =>
  runtimeTensor('uint8', out.subarray(0, l.rows * r.paddedRows), [l.rows, r.paddedRows])

/**
 * Whether this machine's integer products take eight unsigned bits or seven. x86 processors without VNNI add two
 * products of an unsigned and a signed byte in 16 bits that saturate: 2 * 127 * 127 fits, 2 * 255 * 127 does not.
 * So the largest products that eight bits can give are tried, in both forms that onnxruntime has (one row, many).
 */
async function mostBits(session: Runtime): Promise<UnsignedBits> {
  const columns = 64
  const n = 48
  const largest = 127
  const sum = columns * largest * largest
  const expected = 200
  for (const m of [1, 40]) {
    const { y } = await session.run({
      a: runtimeTensor('uint8', new Uint8Array(m * columns).fill(2 * largest + 1), [m, columns]),
      a_step: float(1),
      a_zero: byte(unsignedZero(8)),
      b: runtimeTensor('int8', new Int8Array(n * columns).fill(largest), [n, columns]),
      b_step: runtimeTensor('float32', new Float32Array(n).fill(1), [n]),
      b_zero: runtimeTensor('int8', new Int8Array(n), [n]),
      step: float(sum / expected),
      zero: byte(0),
    })
    if ((y.data as Uint8Array).some((product) => product !== expected)) return 7
  }
  return 8
}

let bitsOfThisMachine: Promise<UnsignedBits> | undefined

/** Opens a kernel by its name. @param threads that share each product */
export function openKernel(name: TileKernel['name'], threads?: number): Promise<TileKernel> {
  return name === 'integer' ? openIntegerKernel(threads) : openFloatKernel(threads)
}

/** Products of 7- or 8-bit by 8-bit integers: on x86 three to five times as fast as float32. */
export async function openIntegerKernel(threads = cores()): Promise<TileKernel> {
  const session = await openSession(INTEGER_NETWORK, threads)
  const leftNumbers = unsharer((length) => new Uint8Array(length))
  const rightNumbers = unsharer((length) => new Int8Array(length))
  bitsOfThisMachine ??= mostBits(session)
  const bits = await bitsOfThisMachine
  return {
    name: 'integer',
    pack(rows) {
      const { rows: count, columns } = rows.matrix
      const paddedRows = padded(count)
      const { unsigned, signed } = quantise(rows, paddedRows, bits)
      const size = { rows: count, columns }
      return {
        left: {
          ...size,
          ...unsigned,
          numbers: unsigned.integers,
          zero: unsignedZero(bits),
          paddedRows: count,
        },
        right: { ...size, ...signed, numbers: signed.integers, zero: 0, paddedRows },
      }
    },
    async multiply(a, b, step, zero, out) {
      await session.run(
        {
          a: runtimeTensor('uint8', leftNumbers(a.numbers), [a.rows, a.columns]),
          a_step: runtimeTensor('float32', a.steps, []),
          a_zero: byte(a.zero),
          b: runtimeTensor('int8', rightNumbers(b.numbers), [b.paddedRows, b.columns]),
          b_step: runtimeTensor('float32', b.steps, [b.paddedRows]),
          b_zero: runtimeTensor('int8', new Int8Array(b.paddedRows), [b.paddedRows]),
          step: float(step),
          zero: byte(zero),
        },
        { y: outputTensor(a, b, out) },
      )
    },
  }
}

/** Unit rows in float32. Any order of summation loses at most n u |a||b| (Higham, section 3.1). */
function packFloats({ matrix, inverseNorms }: FeatureRows): PackedRows {
  const { rows, columns, data } = matrix
  const paddedRows = padded(rows)
  const numbers = new Float32Array(new SharedArrayBuffer(4 * paddedRows * columns))
  for (let row = 0, at = 0; row < rows; row++) {
    const scale = inverseNorms[row]
    for (const end = at + columns; at < end; at++) numbers[at] = data[at] * scale
  }
  return {
    rows,
    columns,
    paddedRows,
    numbers,
    steps: Float32Array.of(1),
    zero: 0,
    norms: new Float64Array(rows).fill(1),
    residuals: new Float64Array(rows).fill((columns + 4) * UNIT_ROUNDOFF),
  }
}

/** Products in float32, for machines whose integer products are no faster. */
export async function openFloatKernel(threads = cores()): Promise<TileKernel> {
  const session = await openSession(FLOAT_NETWORK, threads)
  const leftNumbers = unsharer((length) => new Float32Array(length))
  const rightNumbers = unsharer((length) => new Float32Array(length))
  return {
    name: 'float',
    pack(rows) {
      const right = packFloats(rows)
      const { rows: count, columns } = rows.matrix
      return {
        left: { ...right, paddedRows: count, numbers: right.numbers.subarray(0, count * columns) },
        right,
      }
    },
    async multiply(a, b, step, zero, out) {
      await session.run(
        {
          a: runtimeTensor('float32', leftNumbers(a.numbers), [a.rows, a.columns]),
          b: runtimeTensor('float32', rightNumbers(b.numbers), [b.paddedRows, b.columns]),
          step: float(step),
          zero: byte(zero),
        },
        { y: outputTensor(a, b, out) },
      )
    },
  }
}
