import { asFloat32, type Matrix } from '../arrays/matrix.js'
import { openRows } from '../arrays/open-rows.js'
import { readValues } from '../arrays/value-list.js'
import { InputError } from '../errors.js'
import { readFeatures } from '../features/feature-file.js'
import { printable } from '../printable.js'
import { type FeatureRows, featureRows } from '../products/index.js'
import { log } from './output.js'

/** Rows of a file that are read and compared at a time. */
const CHUNK_ROWS = 8192

/** Reads features into memory, one row an item. @throws InputError where a row has no direction */
export async function readFeatureRows(path: string): Promise<FeatureRows> {
  return featureRows(await readFeatures(path, log), path)
}

/** Features of a file, some thousand rows at a time, as often as asked for. */
export interface FeatureChunks {
  readonly path: string
  readonly rows: number
  readonly columns: number
  chunks(): AsyncGenerator<{ readonly start: number; readonly features: Matrix<Float32Array> }>
  close(): Promise<void>
}

/** Opens features for one pass or more. `.npy` streams; other forms are held in memory. @throws InputError */
export async function openFeatureChunks(path: string): Promise<FeatureChunks> {
  const file = await openRows(path, log)
  return {
    path,
    rows: file.rows,
    columns: file.columns,
    async *chunks() {
      for await (const block of file.blocks(CHUNK_ROWS)) {
        yield { start: block.start, features: asFloat32(block) }
      }
    },
    close: () => file.close(),
  }
}

/** Names under which a column of identities is understood. */
const IDENTITY_COLUMNS = ['identity', 'identity_id', 'label', 'labels', 'id', 'class', 'subject', 'person']

/** Whole numbers as numpy.savetxt writes them too: `3`, `3.0`, `3.000000e+00`, `-1`. */
const isWholeNumber = (word: string): boolean =>
  word.length <= 40 && word !== '' && Number.isInteger(Number(word))

/** Reads the identity of each image, 0 .. identities - 1: an array of whole numbers, or text. @throws InputError */
export async function readLabels(path: string, images: number): Promise<Int32Array> {
  const options = { names: IDENTITY_COLUMNS, isValue: isWholeNumber, expected: images, log }
  const values = await readValues(path, options)
  if (values.length !== images) {
    throw new InputError(
      `${values.length} labels, there are ${images} images`,
      path,
      'give one label an image, in the order of the features',
    )
  }
  const labels = new Int32Array(images)
  for (let i = 0; i < images; i++) {
    const label = typeof values[i] === 'string' && values[i] !== '' ? Number(values[i]) : values[i]
    // Without gaps there are no more identities than images.
    if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label >= images) {
      throw new InputError(
        `label ${i} is ${printable(String(values[i]), 40)}`,
        path,
        label === -1
          ? 'leave images out that belong to nobody (-1), from the features too'
          : 'number the identities from 0 without gaps: numpy.unique(labels, return_inverse=True)[1]',
      )
    }
    labels[i] = label
  }
  return labels
}
