import { type Matrix, requireFinite } from '../arrays/matrix.js'
import { MemoryRows } from '../arrays/memory-rows.js'
import { isNpz, readNpz } from '../arrays/npz.js'
import { splitArrayName } from '../arrays/npz-array.js'
import { openRows, readHead } from '../arrays/open-rows.js'
import type { Log, RowFile } from '../arrays/row-file.js'
import { InputError } from '../errors.js'
import { type FeatureStatistics, StreamingMoments } from '../linear-algebra/streaming-moments.js'
import { MOST_DIMENSIONS, readFeatureStatistics } from './feature-statistics.js'

const BLOCK_ROWS = 4096

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

/** Rows of floats, streamed where the form allows it; numbers keep their 32 or 64 bits. */
function rowsFile(path: string, held: RowFile | undefined): FeatureSet {
  const using = async <T>(use: (file: RowFile) => Promise<T>): Promise<T> => {
    if (held !== undefined) return use(held)
    const file = await openRows(path)
    return use(file).finally(() => file.close())
  }
  return {
    name: path,
    statistics: () =>
      using(async (file) => {
        requireStatisticsFit(file)
        const moments = new StreamingMoments(file.columns)
        for await (const block of file.blocks(BLOCK_ROWS)) await moments.add(block, path)
        return moments.statistics(path)
      }),
    features: () =>
      using(async (file) => {
        requireStatisticsFit(file)
        const features = await file.read(0, file.rows)
        requireFinite(features, path)
        return features
      }),
  }
}

/** @throws InputError where the covariance would take more memory than a file of such features ever needs */
function requireStatisticsFit({ rows, columns, path }: RowFile): void {
  if (columns <= MOST_DIMENSIONS) return
  throw new InputError(
    `${rows} rows of ${columns} numbers; mean and covariance are taken of at most ${MOST_DIMENSIONS}`,
    path,
    rows < columns ? 'write one row an image: is it transposed?' : 'reduce the features first',
  )
}

/** Whether a `.npz` holds statistics, whole or interrupted, rather than features. */
async function holdsStatistics(path: string): Promise<boolean> {
  const { names } = await readNpz(path, [])
  return ['mu', 'sigma', 'scatter'].some((name) => names.includes(name))
}

/**
 * Opens a file of features (every form that {@link openRows} opens) or of statistics (`.npz` with `mu` and `sigma`),
 * told by its content.
 * @param log is told which columns of a table were left out
 * @throws InputError where there is none
 */
export async function openFeatureFile(path: string, log?: Log): Promise<FeatureSet> {
  const { file, array } = await splitArrayName(path)
  const isStatistics = array === undefined && isNpz(await readHead(file)) && (await holdsStatistics(file))
  if (isStatistics) return statisticsFile(path)
  // What can't be opened is refused here, before anything is computed. What is in memory then stays there.
  const rows = await openRows(path, log)
  if (rows instanceof MemoryRows) return rowsFile(path, rows)
  await rows.close()
  return rowsFile(path, undefined)
}
