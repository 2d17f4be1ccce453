import type { ByteSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { NumpyArray, type NumpyElement } from '../pickle/numpy.js'
import { type DataObject, PlainData } from '../pickle/plain-data.js'
import { readPickle } from '../pickle/read-pickle.js'
import { PickleBytes, type PickleValue } from '../pickle/values.js'
import { pairLabels } from './pair-labels.js'

/** What insightface's pickle holds. */
export interface PairPickle {
  /** reads image `index` from its place in the source */
  readonly readImage: (index: number) => Uint8Array
  readonly imageCount: number
  readonly same: Uint8Array
}

type Value = PickleValue<DataObject>
type Item = Value | NumpyElement | PickleValue<object>

/** As many as no set of 2 MB has; a larger file may hold one for every {@link BYTES_A_VALUE}, fewer than any image takes. */
const LEAST_VALUES = 1_000_000
const BYTES_A_VALUE = 32
const REMEDY = 'name a verification set of insightface: a list of image bytes and a list of booleans'

/** A list, a tuple, or a NumPy array that is a row of elements. */
function itemsOf(value: Item | undefined): readonly Item[] | undefined {
  if (Array.isArray(value)) return value
  return value instanceof NumpyArray && value.isVector ? value.elements() : undefined
}

/** An encoded image: bytes, or an array of them, which OpenCV's imencode gives as a column. */
function imageOf(value: Item, index: number, where: string): PickleBytes {
  if (value instanceof PickleBytes) return value
  if (value instanceof NumpyArray) {
    const bytes = ['|u1', '|i1'].includes(value.type.descr) ? value.bytes : undefined
    if (bytes !== undefined && value.isVector) return bytes
    throw new InputError(
      `image ${index} is an array of '${value.type.descr}' of shape (${value.shape.join(', ')}), not an encoded image`,
      where,
      'keep what cv2.imencode gives (uint8, one column), or write decoded images as NAME.npy with issame.txt',
    )
  }
  throw new InputError(`image ${index} is not a string of bytes`, where, REMEDY)
}

function labelNumber(value: Item, index: number, where: string): number {
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint')
    return Number(value)
  throw new InputError(`label ${index} is no boolean`, where, 'write the labels as True and False')
}

/**
 * Reads insightface's pickle of pairs, as data: a tuple (or list) of a list of encoded images and a list of booleans. Both
 * may be NumPy arrays or hold them, in every spelling of Python 2 and 3, NumPy 1 and 2. Images stay in the source until
 * they are read.
 * @throws InputError where it is something else, is cut short, or would call anything (with the name of it)
 */
export function readPairPickle(source: ByteSource): PairPickle {
  const { value } = readPickle<DataObject>(source, {
    ...new PlainData(source).hooks(),
    pythonStrings: 'bytes',
    maxValues: Math.max(LEAST_VALUES, source.length / BYTES_A_VALUE),
  })
  const parts = itemsOf(value) ?? []
  const [images, labels] = parts.length === 2 ? parts.map(itemsOf) : []
  if (images === undefined || labels === undefined) {
    throw new InputError('the pickle is no pair of lists (images, labels)', source.name, REMEDY)
  }
  const readers = images.map((image, index) => imageOf(image, index, source.name))
  return {
    readImage: (index) => readers[index].read(),
    imageCount: images.length,
    same: pairLabels(
      labels.map((label, index) => labelNumber(label, index, source.name)),
      source.name,
    ),
  }
}
