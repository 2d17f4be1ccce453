/**
 * The element types of stored numbers: the one table of this program. `npy` is NumPy's letter for the type, which its
 * size follows (bfloat16 is PyTorch's and has none); `view` shows little-endian bytes as they lie in memory.
 */
const ELEMENT_TYPES = {
  float64: { size: 8, npy: 'f', view: Float64Array },
  float32: { size: 4, npy: 'f', view: Float32Array },
  float16: { size: 2, npy: 'f', view: Uint16Array },
  bfloat16: { size: 2, npy: '', view: Uint16Array },
  int64: { size: 8, npy: 'i', view: BigInt64Array },
  int32: { size: 4, npy: 'i', view: Int32Array },
  int16: { size: 2, npy: 'i', view: Int16Array },
  int8: { size: 1, npy: 'i', view: Int8Array },
  uint64: { size: 8, npy: 'u', view: BigUint64Array },
  uint32: { size: 4, npy: 'u', view: Uint32Array },
  uint16: { size: 2, npy: 'u', view: Uint16Array },
  uint8: { size: 1, npy: 'u', view: Uint8Array },
  bool: { size: 1, npy: 'b', view: Uint8Array },
} as const
export type StoredType = keyof typeof ELEMENT_TYPES

const NAMES = Object.keys(ELEMENT_TYPES) as StoredType[]

/** Bytes an element takes. */
export const ELEMENT_SIZES = Object.fromEntries(
  NAMES.map((name) => [name, ELEMENT_TYPES[name].size]),
) as Record<StoredType, number>

/** The type that NumPy writes as this letter and size (`f4`, `i8`, `b1`), without its byte order. */
export function typeOfNpyCode(code: string): StoredType | undefined {
  return NAMES.find((name) => {
    const { npy, size } = ELEMENT_TYPES[name]
    return npy !== '' && `${npy}${size}` === code
  })
}

/** NumPy's name for a type in little-endian order: `<f4`, `|u1`. */
export function npyDescription(type: StoredType): string {
  const { npy, size } = ELEMENT_TYPES[type]
  return `${size === 1 ? '|' : '<'}${npy}${size}`
}

/** Little-endian elements as they are (float16 and bfloat16 by their bits). Begins at a multiple of the element's size. */
export function viewElements<T extends StoredType>(
  type: T,
  { buffer, byteOffset, byteLength }: Uint8Array,
): InstanceType<(typeof ELEMENT_TYPES)[T]['view']> {
  const { view, size } = ELEMENT_TYPES[type]
  return new view(buffer as ArrayBuffer, byteOffset, byteLength / size) as InstanceType<
    (typeof ELEMENT_TYPES)[T]['view']
  >
}

/** Turns the bytes of each element round, in place: big-endian becomes little-endian. */
export function swapBytes(type: StoredType, { buffer, byteOffset, byteLength }: Uint8Array): void {
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  const size = ELEMENT_SIZES[type]
  if (size === 2) bytes.swap16()
  else if (size === 4) bytes.swap32()
  else if (size === 8) bytes.swap64()
}

/** All float16 numbers as float32, by their bits. */
let halves: Float32Array | undefined

function halfTable(): Float32Array {
  if (halves !== undefined) return halves
  halves = new Float32Array(65_536)
  for (let bits = 0; bits < 65_536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    halves[bits] =
      exponent === 31
        ? fraction === 0
          ? sign * Number.POSITIVE_INFINITY
          : Number.NaN
        : exponent === 0
          ? sign * fraction * 2 ** -24
          : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  }
  return halves
}

/** Little-endian elements as float32 (float64 is rounded). `bytes` must begin at a multiple of the element's size. */
export function toFloat32(type: StoredType, bytes: Uint8Array): Float32Array {
  switch (type) {
    case 'float32':
      return viewElements(type, bytes)
    case 'float16': {
      const table = halfTable()
      const bits = viewElements(type, bytes)
      const out = new Float32Array(bits.length)
      for (let i = 0; i < bits.length; i++) out[i] = table[bits[i]]
      return out
    }
    case 'bfloat16': {
      const bits = viewElements(type, bytes)
      const out = new Uint32Array(bits.length)
      for (let i = 0; i < bits.length; i++) out[i] = bits[i] << 16
      return new Float32Array(out.buffer)
    }
    case 'int64':
    case 'uint64':
      return Float32Array.from(viewElements(type, bytes) as ArrayLike<bigint | number>, Number)
    default:
      return Float32Array.from(viewElements(type, bytes))
  }
}

/**
 * Numbers as float16 bits, rounded to nearest, ties to even; beyond 65504 they become infinite.
 * Memory: 2 bytes a number.
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const out = new Uint16Array(values.length)
  for (let i = 0; i < bits.length; i++) {
    const sign = (bits[i] >>> 16) & 0x8000
    const magnitude = bits[i] & 0x7fffffff
    if (magnitude >= 0x47800000) out[i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00)
    else if (magnitude < 0x38800000) {
      // Below 2^-14 the spacing is 2^-24.
      const scaled = Math.abs(values[i]) * 2 ** 24
      const floor = Math.floor(scaled)
      const rest = scaled - floor
      out[i] = sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0))
    } else {
      const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1)
      out[i] = sign | ((rounded - 0x38000000) >>> 13)
    }
  }
  return out
}

/**
 * Numbers as bfloat16 bits, rounded to nearest, ties to even; NaN stays NaN.
 * Memory: 2 bytes a number.
 */
export function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const out = new Uint16Array(values.length)
  for (let i = 0; i < bits.length; i++) {
    const notANumber = (bits[i] & 0x7fffffff) > 0x7f800000
    out[i] = notANumber ? (bits[i] >>> 16) | 0x40 : (bits[i] + 0x7fff + ((bits[i] >>> 16) & 1)) >>> 16
  }
  return out
}
