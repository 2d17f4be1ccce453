import { describe, expect, it } from 'vitest'
import { toFloat16, toFloat32 } from '../../src/arrays/element-types.js'

describe('element types', () => {
  it('every float16 number survives the way to float32 and back', () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i)
    const back = toFloat16(toFloat32('float16', new Uint8Array(bits.buffer)))
    const differing = bits.filter(
      (value, i) => value !== back[i] && ((value & 0x7c00) !== 0x7c00 || (value & 0x3ff) === 0),
    )
    expect(differing).toHaveLength(0)
  })

  it('float32 is rounded to the nearest float16, ties to even', () => {
    const values = Float32Array.of(
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      65_519,
      65_520,
      2 ** -25,
      3 * 2 ** -25,
      -(2 ** -26),
    )
    const rounded = toFloat32('float16', new Uint8Array(toFloat16(values).buffer))
    expect([...rounded]).toEqual([1, 1 + 2 ** -9, 65_504, Number.POSITIVE_INFINITY, 0, 2 ** -23, -0])
  })
})
