import type { Int64 } from './messages.js'

export function toBigInt(value: Int64): bigint {
  if (typeof value === 'number') return BigInt(value)
  const bits = (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0)
  return value.unsigned ? bits : BigInt.asIntN(64, bits)
}

const LARGEST = 2n ** 63n - 1n

/** As an integer of 64 bits; what is larger becomes the largest, which ONNX uses for 'to the end'. */
export function toInt64(value: number | bigint): Int64 {
  const integer = BigInt(value)
  const clamped = integer > LARGEST ? LARGEST : integer < -LARGEST ? -LARGEST - 1n : integer
  if (clamped >= Number.MIN_SAFE_INTEGER && clamped <= Number.MAX_SAFE_INTEGER) return Number(clamped)
  return {
    low: Number(BigInt.asIntN(32, clamped)),
    high: Number(BigInt.asIntN(32, clamped >> 32n)),
    unsigned: false,
  }
}
