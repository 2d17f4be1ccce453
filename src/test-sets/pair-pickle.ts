import type { ByteSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { type PickleOptions, readPickle } from '../pickle/read-pickle.js'
import { PickleBytes, type PickleValue } from '../pickle/values.js'

/** What insightface's pickle holds. */
export interface PairPickle {
  /** reads image `index` from its place in the source */
  readonly readImage: (index: number) => Uint8Array
  readonly imageCount: number
  readonly same: Uint8Array
}

/** As many as no verification set has; a file of opcodes only must not fill the memory. */
const MAX_VALUES = 1_000_000
const REMEDY = 'name a verification set of insightface: a list of image bytes and a list of booleans'

/** Python 3 writes bytes in protocols 0 to 2 as a call of one function, which is read as what it means. */
const OPTIONS: PickleOptions<Uint8Array> = {
  pythonStrings: 'bytes',
  maxValues: MAX_VALUES,
  global: ({ name }) => name === '_codecs.encode',
  reduce: (_, [text]) => (typeof text === 'string' ? Buffer.from(text, 'latin1') : undefined),
}

function toLabel(value: PickleValue<Uint8Array>, index: number, where: string): number {
  if (value === true || value === 1) return 1
  if (value === false || value === 0) return 0
  throw new InputError(`label ${index} is no boolean`, where, 'write the labels as True and False')
}

/**
 * Reads insightface's pickle of pairs, as data: a tuple (or list) of a list of encoded images as bytes and a
 * list of booleans. Images stay in the source until they are read.
 * @throws InputError where it is something else, is cut short, or would call anything (with the name of it)
 */
export function readPairPickle(source: ByteSource): PairPickle {
  const { value } = readPickle(source, OPTIONS)
  const [images, labels] = Array.isArray(value) && value.length === 2 ? value : []
  if (!Array.isArray(images) || !Array.isArray(labels)) {
    throw new InputError('the pickle is no pair of lists (images, labels)', source.name, REMEDY)
  }
  const readers = images.map((image, index) => {
    if (image instanceof PickleBytes) return () => image.read()
    if (image instanceof Uint8Array) return () => image
    throw new InputError(`image ${index} is not a string of bytes`, source.name, REMEDY)
  })
  return {
    readImage: (index) => readers[index](),
    imageCount: images.length,
    same: Uint8Array.from(labels, (label, index) => toLabel(label, index, source.name)),
  }
}
