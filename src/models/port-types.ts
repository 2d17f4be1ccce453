import { toFloat16, toFloat32 } from '../arrays/element-types.js'
import { InputError } from '../errors.js'
import type { ElementType } from '../onnx/element-types.js'
import type { PortType } from '../onnx/port.js'
import { type RuntimeTensor, runtimeTensor } from '../onnx/runtime.js'

/** Whole numbers that an input of pixels may be in, with their range. */
const INTEGERS = {
  uint8: [Uint8Array, 0, 255],
  int8: [Int8Array, -128, 127],
  uint16: [Uint16Array, 0, 65_535],
  int16: [Int16Array, -32_768, 32_767],
  int32: [Int32Array, -(2 ** 31), 2 ** 31 - 1],
  uint32: [Uint32Array, 0, 2 ** 32 - 1],
  int64: [BigInt64Array, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [BigUint64Array, 0, Number.MAX_SAFE_INTEGER],
} as const
const NEAR_WHOLE = 1e-3

/** Whether an input takes whole numbers: pixels as they are, 0..255. */
export function takesIntegers(type: PortType): type is keyof typeof INTEGERS {
  return type in INTEGERS
}

/** Whether float32, in which everything is computed here, can go in as `type`, or come out of it. */
export function isConvertible(type: PortType, kind: 'input' | 'output'): boolean {
  return ['float32', 'float16', 'float64'].includes(type) || (kind === 'input' && takesIntegers(type))
}

/** A float32 tensor as an input of another type takes it. @throws InputError where it takes whole numbers and these aren't */
export function toPortType(tensor: RuntimeTensor, type: PortType, where: string): RuntimeTensor {
  if (tensor.type !== 'float32' || type === 'float32' || !isConvertible(type, 'input')) return tensor
  const values = tensor.data as Float32Array
  const element = type as ElementType
  if (type === 'float16') return runtimeTensor(element, toFloat16(values), tensor.dims)
  if (!takesIntegers(type)) return runtimeTensor(element, Float64Array.from(values), tensor.dims)
  const [array, low, high] = INTEGERS[type]
  const wholes = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const whole = Math.round(values[i])
    if (!(Math.abs(values[i] - whole) <= NEAR_WHOLE) || whole < low || whole > high) {
      throw new InputError(
        `an input of ${type} takes whole numbers ${low} .. ${high}, not ${values[i]}`,
        where,
        'write scale: 1, mean: [0, 0, 0], std: [1, 1, 1] into the descriptor: pixels go in as they are',
      )
    }
    wholes[i] = whole
  }
  const out =
    array === BigInt64Array || array === BigUint64Array
      ? array.from(Array.from(wholes, BigInt))
      : (array as Int32ArrayConstructor).from(wholes)
  return runtimeTensor(element, out, tensor.dims)
}

/** Whether {@link fromPortType} makes something else of an output. */
export const isConverted = (type: PortType): boolean => type === 'float16' || type === 'float64'

/** An output of floats as float32. */
export function fromPortType(tensor: RuntimeTensor): RuntimeTensor {
  if (tensor.type === 'float64') {
    return runtimeTensor('float32', Float32Array.from(tensor.data as Float64Array), tensor.dims)
  }
  if (tensor.type !== 'float16') return tensor
  const { buffer, byteOffset, byteLength } = tensor.data as unknown as Uint16Array
  const halves = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
  return runtimeTensor('float32', toFloat32('float16', halves), tensor.dims)
}
