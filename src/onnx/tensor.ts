import { dirname, isAbsolute, join, normalize } from 'node:path'
import { toFloat16, toFloat32 } from '../arrays/element-types.js'
import { FileSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import {
  arrayOf,
  bytesOf,
  bytesOfArray,
  ELEMENT_TYPES,
  type ElementType,
  elementTypeOf,
  type TypedArray,
} from './element-types.js'
import { toBigInt, toInt64 } from './int64.js'
import { changed, type TensorProto } from './messages.js'
import { DATA_FIELDS, heldNumbers, type StoredTensor, storedNumbers } from './stored-numbers.js'

/** Numbers that a network carries. They are read when they are asked for, and not kept. */
export interface Tensor {
  readonly type: ElementType
  readonly shape: readonly number[]
  read(): TypedArray
  /** floats as they were before they were rounded to `type`, for passes that compute with them */
  readonly exact?: () => Float32Array | Float64Array
  /** what else the file says of it (its text, a remark), written again */
  readonly proto?: TensorProto
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** A tensor of numbers in memory. */
export function tensorOf(type: ElementType, shape: readonly number[], data: TypedArray): Tensor {
  return { type, shape, read: () => data }
}

/** Floats in the type asked for, rounded where they must be, when they are read. */
export function floatTensor(
  type: 'float32' | 'float16' | 'float64',
  shape: readonly number[],
  read: () => Float32Array | Float64Array,
): Tensor {
  return {
    type,
    shape,
    exact: read,
    read() {
      const values = read()
      if (type === 'float64') return values instanceof Float64Array ? values : Float64Array.from(values)
      const single = values instanceof Float32Array ? values : Float32Array.from(values)
      return type === 'float16' ? toFloat16(single) : single
    },
  }
}

export function int64Tensor(shape: readonly number[], values: readonly (number | bigint)[]): Tensor {
  return tensorOf('int64', shape, BigInt64Array.from(values, BigInt))
}

/** Floats of a tensor as float32, before they were rounded to halves where that is known. Not to be written to. */
export function exactFloats(tensor: Tensor): Float32Array {
  const exact = tensor.exact?.()
  if (exact !== undefined) return exact instanceof Float32Array ? exact : Float32Array.from(exact)
  const values = tensor.read()
  if (values instanceof Float32Array) return values
  if (tensor.type === 'float16' || tensor.type === 'bfloat16')
    return toFloat32(tensor.type, bytesOfArray(values))
  return Float32Array.from(values as ArrayLike<number>)
}

/** The numbers of a tensor as JavaScript's: integers of 64 bits lose what is beyond 2^53. */
export function numbersOf(tensor: Tensor): number[] {
  const data = tensor.read()
  if (tensor.type === 'float16' || tensor.type === 'bfloat16') {
    return [...toFloat32(tensor.type, bytesOfArray(data))]
  }
  return Array.from(data as ArrayLike<number | bigint>, Number)
}

/** What external data may lie in: the model's folder and those below it. @throws InputError for any other place */
export function externalPath(modelPath: string, location: string): string {
  if (isAbsolute(location) || normalize(location).startsWith('..')) {
    throw new InputError(
      `its weights are in '${location}', outside its folder`,
      modelPath,
      'a network may only name files beside it: get one that does',
    )
  }
  return join(dirname(modelPath), location)
}

/**
 * A tensor from its message.
 * @param stored where its numbers lie, where the message doesn't hold them: they are read when they are asked for
 * @param modelPath where external data is looked for
 */
export function tensorOfProto(proto: TensorProto, modelPath: string, stored?: StoredTensor): Tensor {
  const type = elementTypeOf(proto.dataType)
  if (type === undefined) {
    throw new InputError(
      `tensor '${proto.name ?? ''}' has elements of type ${proto.dataType}, which this program doesn't know`,
      modelPath,
      'export the network with another type',
    )
  }
  const shape = proto.dims.map((size) => Number(toBigInt(size)))
  return { type, shape, proto, read: () => numbersOfProto(proto, type, shape, modelPath, stored) }
}

function numbersOfProto(
  proto: TensorProto,
  type: ElementType,
  shape: readonly number[],
  modelPath: string,
  stored: StoredTensor | undefined,
): TypedArray {
  const data =
    proto.dataLocation === 1
      ? arrayOf(type, externalBytes(proto, modelPath))
      : stored === undefined
        ? heldNumbers(proto, type)
        : storedNumbers(stored, type)
  if (type !== 'string' && data.byteLength !== bytesOf(type, elementCount(shape))) {
    throw new InputError(
      `tensor '${proto.name ?? ''}' has ${data.byteLength} bytes, its shape [${shape.join(', ')}] needs ${bytesOf(type, elementCount(shape))}`,
      modelPath,
      'copy or export the network again',
    )
  }
  return data
}

function externalBytes(proto: TensorProto, modelPath: string): Uint8Array {
  const entries = new Map((proto.externalData ?? []).map(({ key, value }) => [key, value]))
  const source = new FileSource(externalPath(modelPath, entries.get('location') ?? ''))
  try {
    const offset = Number(entries.get('offset') ?? 0)
    return source.read(offset, Number(entries.get('length') ?? source.length - offset))
  } finally {
    source.close()
  }
}

/** The message of a tensor without its numbers (text has them always). */
export function headOfTensor(name: string, { type, shape, proto }: Tensor): TensorProto {
  const head = {
    ...(name !== '' && { name }),
    dims: shape.map(toInt64),
    dataType: ELEMENT_TYPES[type].code,
  }
  if (proto === undefined) return head
  const kept = changed(proto, head)
  const data: readonly (keyof TensorProto)[] = [
    ...(Object.keys(DATA_FIELDS) as (keyof typeof DATA_FIELDS)[]),
    'externalData',
    'dataLocation',
  ]
  for (const field of data) delete kept[field]
  return kept
}

/** The message of a tensor with its numbers as little-endian bytes. */
export function protoOfTensor(name: string, tensor: Tensor): TensorProto {
  const head = headOfTensor(name, tensor)
  return tensor.type === 'string' ? head : changed(head, { rawData: bytesOfArray(tensor.read()) })
}

/** The largest integers stand for 'to the end': as numbers they are rounded up, beyond what 64 bits hold. */
function clampedInt64(value: number): bigint {
  return toBigInt(toInt64(value))
}

/** A tensor of JavaScript's numbers, rounded to its type. */
export function tensorOfNumbers(
  type: ElementType,
  shape: readonly number[],
  numbers: readonly number[],
): Tensor {
  if (type === 'float16') return tensorOf(type, shape, toFloat16(Float32Array.from(numbers)))
  const { array } = ELEMENT_TYPES[type]
  if (array === BigInt64Array || array === BigUint64Array)
    return tensorOf(type, shape, (array as typeof BigInt64Array).from(numbers, clampedInt64))
  const data = new array(numbers.length) as Float64Array
  data.set(numbers)
  return tensorOf(type, shape, data)
}
