/** The element types of stored tensors, by NumPy's names (bfloat16 by PyTorch's), and their sizes in bytes. */
export const ELEMENT_SIZES = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
} as const
export type StoredType = keyof typeof ELEMENT_SIZES

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
  const { buffer, byteOffset, byteLength } = bytes
  const length = byteLength / ELEMENT_SIZES[type]
  switch (type) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, length)
    case 'float64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length))
    case 'float16': {
      const table = halfTable()
      const bits = new Uint16Array(buffer, byteOffset, length)
      const out = new Float32Array(length)
      for (let i = 0; i < length; i++) out[i] = table[bits[i]]
      return out
    }
    case 'bfloat16': {
      const out = new Uint32Array(length)
      const bits = new Uint16Array(buffer, byteOffset, length)
      for (let i = 0; i < length; i++) out[i] = bits[i] << 16
      return new Float32Array(out.buffer)
    }
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length), Number)
    case 'int32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, length))
    case 'int16':
      return Float32Array.from(new Int16Array(buffer, byteOffset, length))
    case 'int8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, length))
    case 'uint8':
    case 'bool':
      return Float32Array.from(bytes)
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
