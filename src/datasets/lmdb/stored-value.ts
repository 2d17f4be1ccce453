import type * as Msgpack from '@msgpack/msgpack'
import { MemorySource } from '../../bytes/byte-source.js'
import { InputError } from '../../errors.js'
import { imageForm } from '../../images/image-type.js'
import { onDemand } from '../../on-demand.js'
import { NumpyArray } from '../../pickle/numpy.js'
import { type DataObject, PlainData } from '../../pickle/plain-data.js'
import { readPickle } from '../../pickle/read-pickle.js'
import { isPickle } from '../../pickle/recognise-pickle.js'
import { PickleBytes, type PickleValue } from '../../pickle/values.js'
import { isLabel } from '../record-order.js'

const msgpack = onDemand<typeof Msgpack>('@msgpack/msgpack')

/** What a value may be: data of msgpack or of a pickle. */
type Value = unknown

/** Names under which a pickled dictionary has the image and the label. */
const IMAGE_NAMES = ['image', 'img', 'jpg', 'jpeg', 'data', 'bytes']
const LABEL_NAMES = ['label', 'cls', 'class', 'identity', 'id', 'target']
/** A record has few parts; a pickle of opcodes only must not fill the memory. */
const MAX_VALUES = 10_000

const DECODING = { rawStrings: true, maxArrayLength: 16, maxMapLength: 0, maxExtLength: 0 }

/** An image and its label, or why a value is neither. */
export type StoredRecord =
  | { readonly image: Uint8Array; readonly label: number }
  | { readonly problem: string }

/**
 * Reads a value: the msgpack or the pickle of [image, label], of [image, feature, label] with a feature that is no
 * whole number, or a pickled dictionary of both. A pickle is read as data: nothing in it is run.
 */
export function readStoredRecord(bytes: Uint8Array, where: string): StoredRecord {
  const form = imageForm(bytes)
  if (form !== undefined) return { problem: `is a ${form.name} without a label` }
  let value: Value
  if (isMsgpackList(bytes)) {
    value = attempt(() => msgpack().decode(bytes, DECODING))
    if (value === undefined) return { problem: NEITHER }
  } else if (isPickle(bytes)) {
    try {
      value = unpickle(bytes, where)
    } catch (error) {
      if (error instanceof InputError) return { problem: `is a pickle that is not read (${error.what})` }
      throw error
    }
  } else return { problem: NEITHER }
  const [image, ...rest] = partsOf(value)
  const encoded = imageOf(image)
  if (encoded === undefined) {
    return image instanceof NumpyArray
      ? { problem: `holds an array of shape (${image.shape.join(', ')}), not an encoded image` }
      : { problem: NEITHER }
  }
  const labels = rest.map(numberOf).filter((label) => label !== undefined)
  if (labels.length > 1)
    return { problem: `holds ${labels.length} numbers beside the image, so that the label is not known` }
  return isLabel(labels[0]) ? { image: encoded, label: labels[0] } : { problem: NEITHER }
}

const NEITHER = 'is not the msgpack or the pickle of [image bytes, label]'

/** A count: msgpack, a pickle, or decimal text where it can be nothing else (`7` is msgpack's 55). */
export function readCount(bytes: Uint8Array, where: string): number | undefined {
  // What is one of these is none of the others: a pickle of a number ends in a dot.
  const readings = [() => msgpack().decode(bytes), () => unpickle(bytes, where), () => readDecimal(bytes)]
  return readings.map((read) => numberOf(attempt(read))).find(isLabel)
}

/** A whole number in decimal text. */
export function readDecimal(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes).toString('latin1').trim()
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** A pickled list of keys, made one at a time: each takes more than it has bytes. @throws InputError where it is something else */
export function* readPickledKeys(bytes: Uint8Array, where: string): Generator<Buffer> {
  const value = unpickle(bytes, where, bytes.length)
  for (const item of Array.isArray(value) ? value : [undefined]) {
    const key = keyOf(item)
    if (key === undefined)
      throw new InputError('the list of keys (__keys__) is not understood', where, 'write the file again')
    yield key
  }
}

function keyOf(value: Value): Buffer | undefined {
  if (typeof value === 'string') return Buffer.from(value)
  return value instanceof PickleBytes ? Buffer.from(value.read()) : undefined
}

/** msgpack's lists begin so; no pickle does. */
function isMsgpackList([first]: Uint8Array): boolean {
  return (first >= 0x90 && first <= 0x9f) || first === 0xdc || first === 0xdd
}

function unpickle(bytes: Uint8Array, where: string, maxValues = MAX_VALUES): PickleValue<DataObject> {
  const source = new MemorySource(bytes, where)
  return readPickle<DataObject>(source, {
    ...new PlainData(source).hooks(),
    pythonStrings: 'bytes',
    maxValues,
  }).value
}

/** The image first, then the rest. */
function partsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value
  if (!(value instanceof Map)) return []
  const named = new Map([...value].map(([key, part]) => [keyOf(key)?.toString().toLowerCase(), part]))
  const [image, label] = [IMAGE_NAMES, LABEL_NAMES].map((names) => names.filter((name) => named.has(name)))
  return image.length === 1 ? [named.get(image[0]), ...label.map((name) => named.get(name))] : []
}

function imageOf(value: Value): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value.slice()
  if (value instanceof PickleBytes) return value.read().slice()
  const encoded = value instanceof NumpyArray && value.isVector && value.type.descr === '|u1'
  return encoded ? value.bytes?.read().slice() : undefined
}

/** A whole number; also NumPy's, and an array of one. */
function numberOf(value: Value): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  if (!(value instanceof NumpyArray) || !value.isVector) return undefined
  const elements = value.elements()
  return elements.length === 1 ? numberOf(elements[0]) : undefined
}

function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}
