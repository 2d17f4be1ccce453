/** How numbers of one type are known to ONNX and held in memory. */
interface ElementStorage {
  /** its number in onnx.proto */
  readonly code: number
  readonly array: TypedArrayConstructor
}

export type TypedArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

interface TypedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): TypedArray
  new (buffer: ArrayBuffer, byteOffset: number, length: number): TypedArray
}

/**
 * The element types of ONNX: the one table. Half precision is held as its bits; complex numbers as pairs; numbers of
 * eight bits or fewer that have no typed array as packed bytes; text as nothing but its protobuf message.
 */
export const ELEMENT_TYPES = {
  float32: { code: 1, array: Float32Array },
  uint8: { code: 2, array: Uint8Array },
  int8: { code: 3, array: Int8Array },
  uint16: { code: 4, array: Uint16Array },
  int16: { code: 5, array: Int16Array },
  int32: { code: 6, array: Int32Array },
  int64: { code: 7, array: BigInt64Array },
  string: { code: 8, array: Uint8Array },
  bool: { code: 9, array: Uint8Array },
  float16: { code: 10, array: Uint16Array },
  float64: { code: 11, array: Float64Array },
  uint32: { code: 12, array: Uint32Array },
  uint64: { code: 13, array: BigUint64Array },
  complex64: { code: 14, array: Float32Array },
  complex128: { code: 15, array: Float64Array },
  bfloat16: { code: 16, array: Uint16Array },
  float8e4m3fn: { code: 17, array: Uint8Array },
  float8e4m3fnuz: { code: 18, array: Uint8Array },
  float8e5m2: { code: 19, array: Uint8Array },
  float8e5m2fnuz: { code: 20, array: Uint8Array },
  uint4: { code: 21, array: Uint8Array },
  int4: { code: 22, array: Uint8Array },
  float4e2m1: { code: 23, array: Uint8Array },
  float8e8m0: { code: 24, array: Uint8Array },
} as const satisfies Record<string, ElementStorage>

export type ElementType = keyof typeof ELEMENT_TYPES

const BY_CODE = new Map<number, ElementType>(
  Object.entries(ELEMENT_TYPES).map(([name, { code }]) => [code, name as ElementType]),
)

/** The type that onnx.proto gives a number; undefined where this program doesn't know it. */
export function elementTypeOf(code: number): ElementType | undefined {
  return BY_CODE.get(code)
}

/** The numbers that have a fraction: what weights and gradients are made of. */
export const FLOAT_TYPES: readonly ElementType[] = ['float16', 'float32', 'float64', 'bfloat16']

/** Bytes that a tensor of this many elements takes. */
export function bytesOf(type: ElementType, elements: number): number {
  if (type === 'uint4' || type === 'int4' || type === 'float4e2m1') return Math.ceil(elements / 2)
  const parts = type === 'complex64' || type === 'complex128' ? 2 : 1
  return elements * parts * ELEMENT_TYPES[type].array.BYTES_PER_ELEMENT
}

/** Little-endian bytes as a typed array, copied only where they begin at an odd place. */
export function arrayOf(type: ElementType, bytes: Uint8Array): TypedArray {
  const { array } = ELEMENT_TYPES[type]
  const size = array.BYTES_PER_ELEMENT
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, Math.floor(aligned.byteLength / size))
}

/** The bytes of a typed array; a view. */
export function bytesOfArray({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
