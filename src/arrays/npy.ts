import { readFile } from 'node:fs/promises'
import { asInputError, InputError } from '../errors.js'
import type { Matrix } from './matrix.js'

/** The element types that are read and written, by NumPy's name for them. */
export interface NpyTypes {
  '<f4': Float32Array
  '<f8': Float64Array
  '|u1': Uint8Array
  '|b1': Uint8Array
  '|i1': Int8Array
  '<i4': Int32Array
  '<u4': Uint32Array
  '<i8': BigInt64Array
}
export type NpyType = keyof NpyTypes

/** An array of a `.npy` file: `data` in C order, whatever the file's. */
export interface NpyArray<T extends NpyType = NpyType> {
  readonly type: T
  readonly shape: readonly number[]
  readonly data: NpyTypes[T]
}

/** What the head of a `.npy` file says; `offset` is where the numbers begin. */
export interface NpyHeader {
  readonly type: NpyType | '<f2'
  readonly shape: readonly number[]
  readonly fortranOrder: boolean
  readonly offset: number
}

const MAGIC = '\x93NUMPY'
const CONSTRUCTORS = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|u1': Uint8Array,
  '|b1': Uint8Array,
  '|i1': Int8Array,
  '<i4': Int32Array,
  '<u4': Uint32Array,
  '<i8': BigInt64Array,
} as const
const SIZES: Record<NpyHeader['type'], number> = {
  '<f2': 2,
  '<f4': 4,
  '<f8': 8,
  '|u1': 1,
  '|b1': 1,
  '|i1': 1,
  '<i4': 4,
  '<u4': 4,
  '<i8': 8,
}

/** Whether the bytes begin as a `.npy` file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && Buffer.from(bytes.buffer, bytes.byteOffset, 6).toString('latin1') === MAGIC
}

/** Reads the head of a `.npy` file (format versions 1 to 3). @throws InputError where it is none, or holds objects */
export function parseNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  if (!isNpy(bytes)) throw new InputError('not a .npy file', where, 'write it with numpy.save')
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const wide = bytes[6] >= 2
  const start = wide ? 12 : 10
  if (bytes.length < start) throw new InputError('the .npy header is cut short', where, 'copy the file again')
  const offset = start + (wide ? buffer.readUInt32LE(8) : buffer.readUInt16LE(8))
  if (bytes.length < offset)
    throw new InputError('the .npy header is cut short', where, 'copy the file again')
  const text = buffer.subarray(start, offset).toString('latin1')
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1]
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1]
  const dims = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1]
  if (descr === undefined || order === undefined || dims === undefined) {
    throw new InputError('the .npy header is not understood', where, 'write it with numpy.save')
  }
  if (!Object.hasOwn(SIZES, descr)) {
    throw new InputError(
      `numbers of type '${descr}' are not read`,
      where,
      `convert them to one of ${Object.keys(SIZES).join(', ')}`,
    )
  }
  const shape = dims
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number)
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new InputError(`the shape (${dims}) is not understood`, where, 'write it with numpy.save')
  }
  return { type: descr as NpyHeader['type'], shape, fortranOrder: order === 'True', offset }
}

/** The number of bytes that the numbers of an array take. */
export function npyByteLength(header: NpyHeader): number {
  return header.shape.reduce((product, n) => product * n, SIZES[header.type])
}

/** @param size bytes of the file @throws InputError where it is shorter than its header says */
export function requireWholeNpy(header: NpyHeader, size: number, where: string): void {
  const length = npyByteLength(header)
  if (size - header.offset >= length) return
  throw new InputError(
    `the file ends early: shape (${header.shape.join(', ')}) needs ${length} bytes of numbers, ${size - header.offset} are there`,
    where,
    'copy the file again',
  )
}

/** @throws InputError unless there are two dimensions */
export function requireMatrixShape(shape: readonly number[], where: string): void {
  if (shape.length === 2) return
  throw new InputError(
    `a matrix [rows, columns] was expected, the shape is (${shape.join(', ')})`,
    where,
    'reshape it to one row an image',
  )
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
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

/** Decodes a whole `.npy` file held in memory; float16 becomes float32. @throws InputError */
export function decodeNpy(bytes: Uint8Array, where: string): NpyArray {
  const header = parseNpyHeader(bytes, where)
  requireWholeNpy(header, bytes.length, where)
  const length = npyByteLength(header)
  // Copied, so that the numbers are aligned; a Buffer's own slice() would not copy.
  const body = Uint8Array.prototype.slice.call(bytes, header.offset, header.offset + length).buffer
  const type = header.type === '<f2' ? '<f4' : header.type
  const data =
    header.type === '<f2'
      ? Float32Array.from(new Uint16Array(body), halfToFloat)
      : new CONSTRUCTORS[header.type](body)
  const ordered = header.fortranOrder && header.shape.length > 1 ? toCOrder(data, header.shape) : data
  return { type, shape: header.shape, data: ordered } as NpyArray
}

/** Reads a whole `.npy` file. @throws InputError */
export async function readNpy(path: string): Promise<NpyArray> {
  try {
    return decodeNpy(await readFile(path), path)
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** Views an array of floats as a matrix (float64 is rounded). @throws InputError unless it has two dimensions of floats */
export function asMatrix(array: NpyArray, where: string): Matrix<Float32Array> {
  requireMatrixShape(array.shape, where)
  if (array.type !== '<f4' && array.type !== '<f8') {
    throw new InputError(
      `floats were expected, the numbers are '${array.type}'`,
      where,
      'convert them to float32',
    )
  }
  const data = array.data instanceof Float32Array ? array.data : Float32Array.from(array.data as Float64Array)
  return { rows: array.shape[0], columns: array.shape[1], data }
}

/** Reads a matrix of floats, one row an item. @throws InputError */
export async function readMatrix(path: string): Promise<Matrix<Float32Array>> {
  return asMatrix(await readNpy(path), path)
}

/** The head of a `.npy` file, version 1, padded to a multiple of 64 bytes as NumPy does. */
export function encodeNpyHeader(type: NpyType, shape: readonly number[]): Buffer {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dims}), }`
  const total = Math.ceil((10 + text.length + 1) / 64) * 64
  const out = Buffer.alloc(total, 0x20)
  out.write(MAGIC, 0, 'latin1')
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
