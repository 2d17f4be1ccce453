import { type ByteSource, FileSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { arrayOf, ELEMENT_TYPES, type ElementType, type TypedArray } from './element-types.js'
import { toBigInt } from './int64.js'
import { given, type Int64, type TensorProto } from './messages.js'
import { wireFields } from './wire.js'

/** The fields of a tensor's message that hold its numbers. */
export const DATA_FIELDS = {
  floatData: 4,
  int32Data: 5,
  int64Data: 7,
  rawData: 9,
  doubleData: 10,
  uint64Data: 11,
}

/** Where a tensor's message lies: in a file that is opened again, or in what is open. */
export type StoredTensor = ({ readonly path: string } | { readonly source: ByteSource }) & {
  readonly offset: number
  readonly length: number
}

type DataField = keyof typeof DATA_FIELDS

/** The field that holds numbers of a type, where they are not raw bytes. */
function fieldOf(type: ElementType): DataField {
  switch (type) {
    case 'float32':
    case 'complex64':
      return 'floatData'
    case 'float64':
    case 'complex128':
      return 'doubleData'
    case 'int64':
      return 'int64Data'
    case 'uint64':
    case 'uint32':
      return 'uint64Data'
    default:
      return 'int32Data'
  }
}

/**
 * The numbers of a tensor, from where its message lies: an integer that takes one byte there takes eight at most, where the
 * message as protobufjs holds it takes a hundred.
 * @throws InputError where they are cut short
 */
export function storedNumbers(stored: StoredTensor, type: ElementType): TypedArray {
  if ('source' in stored) return numbersAt(stored.source, stored, type)
  const source = new FileSource(stored.path)
  try {
    return numbersAt(source, stored, type)
  } finally {
    source.close()
  }
}

function numbersAt(
  source: ByteSource,
  { offset, length }: Pick<StoredTensor, 'offset' | 'length'>,
  type: ElementType,
): TypedArray {
  if (type === 'string') return new Uint8Array()
  const field = fieldOf(type)
  let raw: Uint8Array | undefined
  const pieces: Uint8Array[] = []
  for (const { number, value, start, ...content } of wireFields(source, offset, length)) {
    if (number === DATA_FIELDS.rawData) raw = source.read(content.offset, content.length)
    else if (number !== DATA_FIELDS[field]) continue
    // A number that stands by itself lies between its key, of one byte, and the next field.
    else if (value !== undefined) pieces.push(source.read(start + 1, content.offset - start - 1))
    else pieces.push(source.read(content.offset, content.length))
  }
  if (raw !== undefined) return arrayOf(type, raw)
  const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
  return field === 'floatData' || field === 'doubleData'
    ? arrayOf(type, Uint8Array.from(bytes))
    : integersOf(bytes, type, source.name)
}

/** Integers as protobuf writes them: 7 bits a byte, the lowest first, and a bit that says whether another byte follows. */
function integersOf(bytes: Uint8Array, type: ElementType, where: string): TypedArray {
  let count = 0
  for (const byte of bytes) if (byte < 0x80) count++
  if (bytes.length > 0 && bytes[bytes.length - 1] >= 0x80)
    throw new InputError('the numbers of a tensor are cut short', where, 'copy or export the network again')
  const data = new ELEMENT_TYPES[type].array(count)
  const isWide = data instanceof BigInt64Array || data instanceof BigUint64Array
  const halves = isWide ? new Int32Array(data.buffer) : undefined
  let [at, low, high, shift] = [0, 0, 0, 0]
  for (const byte of bytes) {
    const bits = byte & 0x7f
    if (shift < 32) low |= bits << shift
    if (shift === 28) high = bits >> 4
    else if (shift > 28 && shift < 64) high |= bits << (shift - 32)
    shift += 7
    if (byte >= 0x80) continue
    if (halves !== undefined) {
      halves[2 * at] = low
      halves[2 * at + 1] = high
    } else (data as Int32Array)[at] = low
    at++
    low = high = shift = 0
  }
  return data
}

/** The numbers that a message itself holds. */
export function heldNumbers(proto: TensorProto, type: ElementType): TypedArray {
  const raw = given(proto, 'rawData') ?? undefined
  if (raw !== undefined) return arrayOf(type, raw)
  if (type === 'string') return new Uint8Array()
  const values = proto[fieldOf(type)] ?? []
  const { array } = ELEMENT_TYPES[type]
  if (type === 'int64' || type === 'uint64')
    return (array as typeof BigInt64Array).from(values as readonly Int64[], toBigInt)
  const data = new array(values.length) as Float64Array
  const number = (value: Int64): number => (typeof value === 'number' ? value : Number(toBigInt(value)))
  for (let i = 0; i < values.length; i++) data[i] = number(values[i])
  return data
}
