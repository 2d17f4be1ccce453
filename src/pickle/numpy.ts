import { toFloat32 } from '../arrays/element-types.js'
import { NotData, PickleBytes, type PickleValue } from './values.js'

/** An element of an array: a number, a boolean, or bytes and text of a fixed length. */
export type NumpyElement = number | bigint | boolean | string | PickleBytes

const CODE = /^([<>|=]?)([biufSUVO])(\d*)$/
const UNKNOWN_LETTER = 0xfffd
const MOST_DIMENSIONS = 64
const SIZES: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8],
}

/** `numpy.dtype`: what an array's elements are. Its byte order comes with its state, after it was made. */
export class NumpyType {
  /** b, i, u, f as NumPy has them; S bytes, U text, V raw bytes, O objects */
  readonly kind: string
  readonly #size: number
  #bigEndian: boolean

  /** @param code NumPy's, as in 'u1' @throws NotData where it isn't a plain type */
  constructor(code: string) {
    const [, order, kind, digits] = CODE.exec(code) ?? []
    const size = Number(digits)
    const known = kind === undefined ? false : kind in SIZES ? SIZES[kind].includes(size) : true
    if (!known || !Number.isSafeInteger(size)) throw new NotData(`'${code}' is no type of plain data`)
    this.kind = kind
    this.#size = kind === 'U' ? 4 * size : size
    this.#bigEndian = order === '>'
  }

  /** bytes of an element; 0 where they are objects */
  get size(): number {
    return this.kind === 'O' ? 0 : this.#size
  }

  /** As the head of a `.npy` file says it: '<f4'. */
  get descr(): string {
    const count = this.kind === 'U' ? this.#size / 4 : this.#size
    return `${this.#size === 1 || 'SVO'.includes(this.kind) ? '|' : this.#bigEndian ? '>' : '<'}${this.kind}${count}`
  }

  /** (version, byte order, subarray, names, fields, size, alignment[, flags[, metadata]]) */
  setState(state: PickleValue<object>): void {
    const [, order, subarray, names, fields] = Array.isArray(state) ? state : []
    const plain = [subarray, names, fields].every((part) => part === null)
    const letter = textOf(order)
    if (!Array.isArray(state) || state.length < 7 || state.length > 9 || !plain) {
      throw new NotData('a type with fields is not read')
    }
    if (letter === undefined || !['<', '>', '=', '|'].includes(letter)) {
      throw new NotData('the byte order of a type is not known')
    }
    this.#bigEndian = letter === '>'
  }

  /** The element at `at` in bytes of it. */
  read(view: DataView, at: number): number | bigint | boolean | string {
    const little = !this.#bigEndian
    switch (`${this.kind}${this.#size}`) {
      case 'b1':
        return view.getUint8(at) !== 0
      case 'u1':
        return view.getUint8(at)
      case 'i1':
        return view.getInt8(at)
      case 'u2':
        return view.getUint16(at, little)
      case 'i2':
        return view.getInt16(at, little)
      case 'u4':
        return view.getUint32(at, little)
      case 'i4':
        return view.getInt32(at, little)
      case 'u8':
        return narrow(view.getBigUint64(at, little))
      case 'i8':
        return narrow(view.getBigInt64(at, little))
      case 'f2': {
        const bits = Uint16Array.of(view.getUint16(at, little))
        return toFloat32('float16', new Uint8Array(bits.buffer))[0]
      }
      case 'f4':
        return view.getFloat32(at, little)
      case 'f8':
        return view.getFloat64(at, little)
      default:
        return this.#text(view, at)
    }
  }

  /** UTF-32, padded with zeros. */
  #text(view: DataView, at: number): string {
    let text = ''
    for (let i = at; i < at + this.#size; i += 4) {
      const point = view.getUint32(i, !this.#bigEndian)
      text += String.fromCodePoint(point > 0x10ffff ? UNKNOWN_LETTER : point)
    }
    return text.replace(/\0+$/, '')
  }
}

/** `numpy.ndarray`, whose content comes with its state, after it was made; until then it is empty. */
export class NumpyArray<T extends object = object> {
  #type = new NumpyType('i1')
  #shape: readonly number[] = [0]
  #fortranOrder = false
  #content: PickleBytes | readonly PickleValue<T>[] = []

  get type(): NumpyType {
    return this.#type
  }

  get shape(): readonly number[] {
    return this.#shape
  }

  get fortranOrder(): boolean {
    return this.#fortranOrder
  }

  get length(): number {
    return this.#shape.reduce((product, n) => product * n, 1)
  }

  /** Whether it is a row of elements, written as one or as a column: (N,), (N, 1), (1, N). */
  get isVector(): boolean {
    return this.#shape.filter((n) => n !== 1).length <= 1
  }

  /** The numbers as they are stored; none of an array of objects. */
  get bytes(): PickleBytes | undefined {
    return this.#content instanceof PickleBytes ? this.#content : undefined
  }

  /** (version, shape, type, Fortran order, content), the version left out by the first NumPy. @throws NotData */
  setState(state: PickleValue<T>, toBytes: (value: PickleValue<T>) => PickleBytes | undefined): void {
    const parts = Array.isArray(state) ? state : []
    const [shape, type, fortranOrder, content] = parts.length === 5 ? parts.slice(1) : parts
    if ((parts.length !== 5 && parts.length !== 4) || !(type instanceof NumpyType)) {
      throw new NotData('the state of an array is (version, shape, type, order, content)')
    }
    const stored = type.kind === 'O' ? content : toBytes(content)
    this.fill(type, shape, fortranOrder === true || fortranOrder === 1, stored)
  }

  /** @throws NotData where the content is more or less than the shape says */
  fill(
    type: NumpyType,
    shape: PickleValue<T> | undefined,
    fortranOrder: boolean,
    content: PickleValue<T> | undefined,
  ): void {
    const isShape = Array.isArray(shape) && shape.length <= MOST_DIMENSIONS
    if (!isShape || !shape.every((n) => Number.isSafeInteger(n) && (n as number) >= 0)) {
      throw new NotData('a shape is no list of sizes')
    }
    const sizes = shape as number[]
    const count = sizes.reduce((product, n) => product * n, 1)
    const said = `an array of shape (${sizes.slice(0, 8).join(', ')})`
    if (content instanceof PickleBytes && type.kind !== 'O') {
      if (content.length !== count * type.size) {
        throw new NotData(
          `${said} of '${type.descr}' takes ${count * type.size} bytes, not ${content.length}`,
        )
      }
    } else if (!Array.isArray(content) || type.kind !== 'O' || content.length !== count) {
      throw new NotData(`${said} of '${type.descr}' holds something else`)
    }
    this.#type = type
    this.#shape = sizes
    this.#fortranOrder = fortranOrder
    this.#content = content as PickleBytes | PickleValue<T>[]
  }

  /** The elements in stored order: of a vector, its own. Memory: that of the array, as JavaScript's values. */
  elements(): readonly (NumpyElement | PickleValue<T>)[] {
    const { type } = this
    if (!(this.#content instanceof PickleBytes)) return this.#content
    const bytes = this.#content.read()
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return Array.from({ length: this.length }, (_, i) =>
      elementOf(type, this.#content as PickleBytes, view, i * type.size),
    )
  }
}

/** A NumPy scalar: one element of a type. @throws NotData where the bytes aren't its */
export function numpyScalar(type: NumpyType, content: PickleBytes): NumpyElement {
  if (content.length !== type.size) {
    throw new NotData(`a scalar of '${type.descr}' takes ${type.size} bytes, not ${content.length}`)
  }
  const bytes = content.read()
  return elementOf(type, content, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0)
}

function elementOf(type: NumpyType, content: PickleBytes, view: DataView, at: number): NumpyElement {
  if (type.kind === 'V') return content.slice(at, type.size)
  if (type.kind !== 'S') return type.read(view, at)
  // NumPy pads with zeros and takes them off again.
  let end = at + type.size
  while (end > at && view.getUint8(end - 1) === 0) end--
  return content.slice(at, end - at)
}

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Names and codes, which Python 2 writes as bytes. */
export function textOf(value: PickleValue<object> | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (value instanceof PickleBytes && value.length <= 64) return Buffer.from(value.read()).toString('latin1')
  return undefined
}
