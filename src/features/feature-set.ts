import { type Matrix, requireFinite } from '../arrays/matrix.js'
import { isNpy, parseNpyHeader } from '../arrays/npy.js'
import { NpyRows } from '../arrays/npy-rows.js'
import { isNpz } from '../arrays/npz.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { InputError } from '../errors.js'
import {
  type FeatureStatistics,
  featureStatistics,
  StreamingMoments,
} from '../linear-algebra/streaming-moments.js'
import { readFeatures } from './feature-file.js'
import { readFeatureStatistics } from './feature-statistics.js'

const BLOCK_ROWS = 4096
const HEAD_BYTES = 4096

/** Features of a set of images, wherever they come from. What is not asked for is not computed. */
export interface FeatureSet {
  /** what messages call it */
  readonly name: string
  /** what was passed over and left out, for JSON, once its images were opened */
  leftOut?(): object
  /** mean and covariance; memory does not grow with the images */
  statistics(): Promise<FeatureStatistics>
  /** the features of every image, in memory. @throws InputError where only statistics are there */
  features(): Promise<Matrix>
}

function statisticsFile(path: string): FeatureSet {
  return {
    name: path,
    statistics: () => readFeatureStatistics(path),
    async features() {
      throw new InputError(
        'statistics only; the features of each image are needed here',
        path,
        'give the features as .npy, or the images and --model',
      )
    },
  }
}

/** `.npy` in C order, streamed; numbers keep their 32 or 64 bits. */
function rowsFile(path: string): FeatureSet {
  return {
    name: path,
    async statistics() {
      const file = await NpyRows.open(path)
      try {
        const moments = new StreamingMoments(file.columns)
        for await (const block of file.blocks(BLOCK_ROWS)) await moments.add(block, path)
        return await moments.statistics(path)
      } finally {
        await file.close()
      }
    },
    async features() {
      const file = await NpyRows.open(path)
      try {
        const features = await file.read(0, file.rows)
        requireFinite(features, path)
        return features
      } finally {
        await file.close()
      }
    },
  }
}

/** CSV, and arrays of a form that is not streamed. */
function wholeFile(path: string): FeatureSet {
  const load = async (): Promise<Matrix> => {
    const features = await readFeatures(path)
    requireFinite(features, path)
    return features
  }
  return { name: path, features: load, statistics: async () => featureStatistics(await load(), path) }
}

/**
 * Opens a file of features (`.npy`, CSV) or of statistics (`.npz` with `mu` and `sigma`), told by its content.
 * @throws InputError where there is none
 */
export async function openFeatureFile(path: string): Promise<FeatureSet> {
  const file = await RandomAccessFile.open(path)
  let head: Buffer
  try {
    head = await file.read(0, Math.min(file.size, HEAD_BYTES))
  } finally {
    await file.close()
  }
  if (isNpz(head)) return statisticsFile(path)
  if (!isNpy(head)) return wholeFile(path)
  const { type, fortranOrder } = parseNpyHeader(head, path)
  const isStreamed = (type === '<f4' || type === '<f8') && !fortranOrder
  return isStreamed ? rowsFile(path) : wholeFile(path)
}
