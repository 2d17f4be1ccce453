import { availableParallelism } from 'node:os'
import ort from 'onnxruntime-node'
import { encodeNetwork, type Network, type Port } from '../onnx/encode.js'
import type { FeatureRows } from './feature-rows.js'
import { quantise, UNSIGNED_ZERO } from './quantisation.js'

/** Rows in the form that a kernel multiplies. */
export interface PackedRows {
  readonly rows: number
  readonly columns: number
  /** rows with the padding, a multiple of {@link COLUMN_GROUP} on the right-hand side */
  readonly paddedRows: number
  readonly numbers: Uint8Array | Int8Array | Float32Array
  /** what one unit of `numbers` stands for: one for all rows, or one a row */
  readonly steps: Float32Array
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
  multiply(left: PackedRows, right: PackedRows, step: number, zero: number, out: Uint8Array): Promise<void>
}

/** The columns of a tile come in groups of this many, so that they can be looked at 16 at a time. */
export const COLUMN_GROUP = 16
/** Covers the roundings of float32 scale factors and of the float64 norms and residuals. */
export const SLACK = 1e-6

const UNIT_ROUNDOFF = 2 ** -24

const scalar = (name: string, type: Port['type']): Port => ({ name, type, shape: [] })
const left = (type: Port['type']): Port => ({ name: 'a', type, shape: ['m', 'k'] })
const right = (type: Port['type']): Port => ({ name: 'b', type, shape: ['n', 'k'] })
const product: Port = { name: 'y', type: 'uint8', shape: ['m', 'n'] }
const output = [scalar('step', 'float32'), scalar('zero', 'uint8')]

const INTEGER_NETWORK: Network = {
  operators: [
    {
      type: 'QGemm',
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

const FLOAT_NETWORK: Network = {
  operators: [
    { type: 'Gemm', inputs: ['a', 'b'], outputs: ['p'], attributes: { transB: 1 } },
    { type: 'QuantizeLinear', inputs: ['p', 'step', 'zero'], outputs: ['y'] },
  ],
  inputs: [left('float32'), right('float32'), ...output],
  outputs: [product],
}

function openSession(network: Network): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(encodeNetwork(network), {
    intraOpNumThreads: availableParallelism(),
    logSeverityLevel: 4,
    // Threads that spin between two products would take the core that the work between them runs on.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
}

function padded(rows: number): number {
  return Math.ceil(rows / COLUMN_GROUP) * COLUMN_GROUP
}

const float = (value: number): ort.Tensor => new ort.Tensor('float32', Float32Array.of(value), [])
const byte = (value: number): ort.Tensor => new ort.Tensor('uint8', Uint8Array.of(value), [])
const outputTensor = (l: PackedRows, r: PackedRows, out: Uint8Array): ort.Tensor =>
  new ort.Tensor('uint8', out.subarray(0, l.rows * r.paddedRows), [l.rows, r.paddedRows])

/** Products of 7-bit by 8-bit integers: on x86 about three times as fast as float32. */
export async function openIntegerKernel(): Promise<TileKernel> {
  const session = await openSession(INTEGER_NETWORK)
  return {
    name: 'integer',
    pack(rows) {
      const { rows: count, columns } = rows.matrix
      const paddedRows = padded(count)
      const { unsigned, signed } = quantise(rows, paddedRows)
      return {
        left: { ...unsigned, numbers: unsigned.integers, rows: count, columns, paddedRows: count },
        right: { ...signed, numbers: signed.integers, rows: count, columns, paddedRows },
      }
    },
    async multiply(a, b, step, zero, out) {
      await session.run(
        {
          a: new ort.Tensor('uint8', a.numbers as Uint8Array, [a.rows, a.columns]),
          a_step: new ort.Tensor('float32', a.steps, []),
          a_zero: byte(UNSIGNED_ZERO),
          b: new ort.Tensor('int8', b.numbers as Int8Array, [b.paddedRows, b.columns]),
          b_step: new ort.Tensor('float32', b.steps, [b.paddedRows]),
          b_zero: new ort.Tensor('int8', new Int8Array(b.paddedRows), [b.paddedRows]),
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
  const numbers = new Float32Array(paddedRows * columns)
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
    norms: new Float64Array(rows).fill(1),
    residuals: new Float64Array(rows).fill((columns + 4) * UNIT_ROUNDOFF),
  }
}

/** Products in float32, for machines whose integer products are no faster. */
export async function openFloatKernel(): Promise<TileKernel> {
  const session = await openSession(FLOAT_NETWORK)
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
          a: new ort.Tensor('float32', a.numbers as Float32Array, [a.rows, a.columns]),
          b: new ort.Tensor('float32', b.numbers as Float32Array, [b.paddedRows, b.columns]),
          step: float(step),
          zero: byte(zero),
        },
        { y: outputTensor(a, b, out) },
      )
    },
  }
}
