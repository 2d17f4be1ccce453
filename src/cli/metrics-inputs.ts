import { Option } from 'commander'
import type { Matrix } from '../arrays/matrix.js'
import { isNpy, readNpy } from '../arrays/npy.js'
import { NpyRows } from '../arrays/npy-rows.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { InputError } from '../errors.js'
import { readFeatures } from '../features/feature-file.js'
import { type FeatureRows, featureRows } from '../products/index.js'
import { realNumber } from './options.js'

/** Rows of a file that are read and compared at a time. */
const CHUNK_ROWS = 8192

/** Adds one more threshold to a flag that may be given several times. */
function collectThresholds(text: string, earlier: number[] = []): number[] {
  return [...earlier, realNumber(-1, 1)(text)]
}

/** `--threshold`, which may be given several times. */
export const thresholdOption = (): Option =>
  new Option(
    '--threshold <similarity>',
    'cosine similarity; may be given several times (default: 0.4)',
  ).argParser(collectThresholds)

/** Reads features into memory, one row an item: `.npy` or CSV. @throws InputError where a row has no direction */
export async function readFeatureRows(path: string): Promise<FeatureRows> {
  return featureRows(await readFeatures(path), path)
}

/** Features of a file, some thousand rows at a time, as often as asked for. */
export interface FeatureChunks {
  readonly path: string
  readonly rows: number
  readonly columns: number
  chunks(): AsyncGenerator<{ readonly start: number; readonly features: Matrix<Float32Array> }>
  close(): Promise<void>
}

/** Opens features for one pass or more. `.npy` streams; CSV is held in memory. @throws InputError */
export async function openFeatureChunks(path: string): Promise<FeatureChunks> {
  const file = await RandomAccessFile.open(path)
  const start = await file.read(0, Math.min(8, file.size)).finally(() => file.close())
  if (!isNpy(start)) {
    const features = await readFeatures(path)
    return {
      path,
      rows: features.rows,
      columns: features.columns,
      async *chunks() {
        yield { start: 0, features }
      },
      async close() {},
    }
  }
  const rows = await NpyRows.open(path)
  return {
    path,
    rows: rows.rows,
    columns: rows.columns,
    async *chunks() {
      for await (const { start, rows: count, columns, data } of rows.blocks(CHUNK_ROWS)) {
        yield { start, features: { rows: count, columns, data: Float32Array.from(data) } }
      }
    },
    close: () => rows.close(),
  }
}

/** Reads the identity of each image, 0 .. identities - 1, from a `.npy` of whole numbers. @throws InputError */
export async function readLabels(path: string, images: number): Promise<Int32Array> {
  const { data, shape } = await readNpy(path)
  if (shape.length !== 1 || data.length !== images) {
    throw new InputError(
      `the shape is (${shape.join(', ')}), there are ${images} images`,
      path,
      'give one label an image, in the order of the features',
    )
  }
  const labels = Int32Array.from(data as ArrayLike<number | bigint>, Number)
  const wrong = labels.findIndex((label, i) => label < 0 || label !== Number(data[i]))
  if (wrong !== -1) {
    throw new InputError(
      `label ${wrong} is ${data[wrong]}`,
      path,
      'number the identities from 0 without gaps',
    )
  }
  return labels
}
