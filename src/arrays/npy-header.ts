import { InputError } from '../errors.js'
import { printable } from '../printable.js'
import { ELEMENT_SIZES, type StoredType, typeOfNpyCode } from './element-types.js'
import { type Literal, parsePythonLiteral } from './python-literal.js'

/** What the head of a `.npy` file says; `offset` is where the numbers begin. */
export interface NpyHeader {
  readonly type: StoredType
  /** whether the bytes of each element come in the order of large machines */
  readonly bigEndian: boolean
  readonly shape: readonly number[]
  readonly fortranOrder: boolean
  readonly offset: number
}

export const NPY_MAGIC = '\x93NUMPY'
/** NumPy's own limit for the text of a header that it reads. */
const LONGEST_HEADER = 10_000
/** Bytes that hold the whole head of any `.npy` file that is read. */
export const NPY_HEAD_BYTES = 12 + LONGEST_HEADER

/** Whether the bytes begin as a `.npy` file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && Buffer.from(bytes.buffer, bytes.byteOffset, 6).toString('latin1') === NPY_MAGIC
}

/** Where the text of a header begins and ends. @throws InputError */
function headerRange(bytes: Uint8Array, where: string): readonly [start: number, end: number] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes[6] < 1 || bytes[6] > 3) {
    throw new InputError(
      `the .npy format ${bytes[6]}.${bytes[7]} is not known`,
      where,
      'write it with numpy.save',
    )
  }
  const start = bytes[6] === 1 ? 10 : 12
  if (bytes.length < start) throw new InputError('the .npy header is cut short', where, 'copy the file again')
  const length = bytes[6] === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8)
  if (length > LONGEST_HEADER) {
    throw new InputError(
      `the .npy header is ${length} bytes long, at most ${LONGEST_HEADER} are read (as in NumPy)`,
      where,
      'write plain numbers with numpy.save',
    )
  }
  if (bytes.length < start + length)
    throw new InputError('the .npy header is cut short', where, 'copy the file again')
  return [start, start + length]
}

/** What a type that isn't read holds, by NumPy's letter for it. */
const OTHER_KINDS: Record<string, string> = {
  O: 'Python objects',
  U: 'text',
  S: 'text',
  c: 'complex numbers',
  V: 'records or bytes',
  M: 'dates',
  m: 'spans of time',
  f: 'numbers of a width that is not read',
}

function elementType(descr: Literal, where: string): Pick<NpyHeader, 'type' | 'bigEndian'> {
  const text = typeof descr === 'string' ? descr : ''
  const order = /^[<>|=]/.test(text) ? text[0] : '='
  const code = text.slice(order === text[0] ? 1 : 0)
  const type = typeOfNpyCode(code === '?' ? 'b1' : code)
  if (type !== undefined) return { type, bigEndian: order === '>' && ELEMENT_SIZES[type] > 1 }
  const what = typeof descr === 'string' ? (OTHER_KINDS[code[0]] ?? 'something else') : 'records of fields'
  throw new InputError(
    `numbers of type ${typeof descr === 'string' ? `'${printable(descr, 40)}'` : 'with fields'} are not read (${what})`,
    where,
    'save numpy.asarray(x, numpy.float32), or int64 for labels',
  )
}

function dimensions(shape: Literal, where: string): number[] {
  if (Array.isArray(shape) && shape.length <= 32) {
    const numbers = shape.map(Number)
    if (shape.every((n) => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0)) return numbers
  }
  throw new InputError(
    `the shape ${printable(JSON.stringify(shape), 40)} is not understood`,
    where,
    'write it with numpy.save',
  )
}

/**
 * Reads the head of a `.npy` file (format versions 1 to 3). Time grows as its length, which is bounded.
 * @throws InputError where it is none, or holds something else than numbers
 */
export function parseNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  if (!isNpy(bytes)) throw new InputError('not a .npy file', where, 'write it with numpy.save')
  const [start, end] = headerRange(bytes, where)
  const encoding = bytes[6] === 3 ? 'utf8' : 'latin1'
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString(encoding)
  const header = parsePythonLiteral(text)
  const fields = header instanceof Map ? header : new Map<Literal, Literal>()
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => fields.get(key))
  if (descr === undefined || typeof order !== 'boolean' || shape === undefined) {
    throw new InputError('the .npy header is not understood', where, 'write it with numpy.save')
  }
  const element = elementType(descr, where)
  return { ...element, shape: dimensions(shape, where), fortranOrder: order, offset: end }
}

/** The number of bytes that the numbers of an array take. */
export function npyByteLength(header: NpyHeader): number {
  return header.shape.reduce((product, n) => product * n, ELEMENT_SIZES[header.type])
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
    'reshape it to one row an image: x.reshape(len(x), -1)',
  )
}
