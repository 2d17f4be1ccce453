import { z } from 'zod'

/** Little-endian numbers of `size` bytes each, in base64. */
function packed(size: number) {
  return z
    .base64()
    .refine(
      (text) => Buffer.byteLength(text, 'base64') % size === 0,
      `is not made of numbers of ${size} bytes`,
    )
}

export const packedUint8 = packed(1)
export const packedUint16 = packed(2)
export const packedUint32 = packed(4)
export const packedFloat32 = packed(4)

/** Numbers as base64 of their little-endian bytes: a third larger than binary, exact, and JSON. */
export function pack(numbers: Float32Array | Uint8Array | Uint16Array | Uint32Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64')
}

function bytesOf(text: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(text, 'base64')).buffer
}

export function unpackFloat32(text: string): Float32Array {
  return new Float32Array(bytesOf(text))
}

export function unpackUint8(text: string): Uint8Array {
  return new Uint8Array(bytesOf(text))
}

export function unpackUint16(text: string): Uint16Array {
  return new Uint16Array(bytesOf(text))
}

export function unpackUint32(text: string): Uint32Array {
  return new Uint32Array(bytesOf(text))
}
