import { readFile } from 'node:fs/promises'
import { asInputError, InputError } from '../errors.js'
import { npyDescription, type StoredType, swapBytes, toFloat32, viewElements } from './element-types.js'
import type { Matrix } from './matrix.js'
import {
  NPY_MAGIC,
  type NpyHeader,
  npyByteLength,
  parseNpyHeader,
  requireMatrixShape,
  requireWholeNpy,
} from './npy-header.js'

/** The arrays that are read and written, by NumPy's name for their elements. */
export interface NpyTypes {
  '<f4': Float32Array
  '<f8': Float64Array
  '|u1': Uint8Array
  '|b1': Uint8Array
  '|i1': Int8Array
  '<i2': Int16Array
  '<u2': Uint16Array
  '<i4': Int32Array
  '<u4': Uint32Array
  '<i8': BigInt64Array
  '<u8': BigUint64Array
}
export type NpyType = keyof NpyTypes

/** An array of a `.npy` file: `data` in C order and little-endian, whatever the file's. */
export interface NpyArray<T extends NpyType = NpyType> {
  readonly type: T
  readonly shape: readonly number[]
  readonly data: NpyTypes[T]
}

function toCOrder<A extends NpyTypes[NpyType]>(data: A, shape: readonly number[]): A {
  const out = data.slice() as A
  const rank = shape.length
  const index = new Array<number>(rank).fill(0)
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, n) => product * n, 1))
  for (let i = 0; i < data.length; i++) {
    let from = 0
    for (let axis = 0; axis < rank; axis++) from += index[axis] * strides[axis]
    out[i] = data[from]
    for (let axis = rank - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0
  }
  return out
}

/** Bytes of elements as an array; float16 becomes float32. @param bytes aligned; they are the array's from now on */
function elementsOf(type: StoredType, bigEndian: boolean, bytes: Uint8Array): NpyTypes[NpyType] {
  if (bigEndian) swapBytes(type, bytes)
  return type === 'float16' || type === 'bfloat16' ? toFloat32(type, bytes) : viewElements(type, bytes)
}

/** The bytes that the numbers of an array take once they are decoded. */
export function decodedByteLength(header: NpyHeader): number {
  const widening = ['float16', 'bfloat16'].includes(header.type) ? 2 : 1
  return npyByteLength(header) * widening
}

/**
 * Decodes a whole `.npy` file held in memory; float16 becomes float32.
 * @param owned whether the bytes may become the array's, so that nothing is copied
 * @throws InputError
 */
export function decodeNpy(bytes: Uint8Array, where: string, owned = false): NpyArray {
  const header = parseNpyHeader(bytes, where)
  requireWholeNpy(header, bytes.length, where)
  const { type, shape, offset, bigEndian, fortranOrder } = header
  const end = offset + npyByteLength(header)
  // Copied where the numbers would not be aligned; a Buffer's own slice() would not copy.
  const body =
    owned && (bytes.byteOffset + offset) % 8 === 0
      ? bytes.subarray(offset, end)
      : Uint8Array.prototype.slice.call(bytes, offset, end)
  const data = elementsOf(type, bigEndian, body)
  const ordered = fortranOrder && shape.length > 1 ? toCOrder(data, shape) : data
  return { type: npyDescription(type === 'float16' ? 'float32' : type), shape, data: ordered } as NpyArray
}

/** Reads a whole `.npy` file. @throws InputError */
export async function readNpy(path: string): Promise<NpyArray> {
  try {
    return decodeNpy(await readFile(path), path)
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** Views an array of floats as a matrix, in the precision it has. @throws InputError unless it has two dimensions of floats */
export function asMatrix(array: NpyArray, where: string): Matrix {
  requireMatrixShape(array.shape, where)
  const { data } = array
  if (!(data instanceof Float32Array || data instanceof Float64Array)) throw notFloats(array.type, where)
  return { rows: array.shape[0], columns: array.shape[1], data }
}

export function notFloats(type: string, where: string): InputError {
  return new InputError(
    `floats were expected, numbers of type '${type}' are there`,
    where,
    'save x.astype(numpy.float32) where they are features, not labels',
  )
}

/** The head of a `.npy` file, version 1, padded to a multiple of 64 bytes as NumPy does. */
export function encodeNpyHeader(type: NpyType, shape: readonly number[]): Buffer {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dims}), }`
  const total = Math.ceil((10 + text.length + 1) / 64) * 64
  const out = Buffer.alloc(total, 0x20)
  out.write(NPY_MAGIC, 0, 'latin1')
  out[6] = 1
  out[7] = 0
  out.writeUInt16LE(total - 10, 8)
  out.write(text, 10, 'latin1')
  out[total - 1] = 0x0a
  return out
}

/** A whole `.npy` file as bytes. */
export function encodeNpy(array: NpyArray): Buffer {
  const { buffer, byteOffset, byteLength } = array.data
  return Buffer.concat([
    encodeNpyHeader(array.type, array.shape),
    Buffer.from(buffer, byteOffset, byteLength),
  ])
}
