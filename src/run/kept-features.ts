import { rm } from 'node:fs/promises'
import { NpyRows } from '../arrays/npy-rows.js'
import { exists } from '../bytes/files.js'
import type { DatasetReader } from '../datasets/dataset.js'
import { InputError } from '../errors.js'
import type { LabelledChunks } from '../measures/subject.js'
import { featureRows } from '../products/index.js'

/** Rows of a file that are held at a time. */
const CHUNK_ROWS = 8192

/** Whether a file of features is in the cache; one that was cut short is removed, to be made again. */
export async function isWhole(file: string, log: (line: string) => void): Promise<boolean> {
  if (!(await exists(file))) return false
  try {
    await (await NpyRows.open(file)).close()
    return true
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    log(`${error.message}: it is made again`)
    await rm(file, { force: true })
    return false
  }
}

/** Features of a dataset's images from a file, with the identities that the dataset gives them, in its order. */
export async function openLabelledRows(
  file: string,
  dataset: DatasetReader,
  name: string,
): Promise<LabelledChunks> {
  const rows = await NpyRows.open(file)
  return {
    rows: rows.rows,
    columns: rows.columns,
    async *chunks() {
      const labels = labelsOf(dataset)
      for await (const { start, rows: count, columns, data } of rows.blocks(CHUNK_ROWS)) {
        const own = new Int32Array(count)
        for (let row = 0; row < count; row++) own[row] = (await labels.next()).value
        const matrix = { rows: count, columns, data: Float32Array.from(data) }
        yield { features: featureRows(matrix, name, start), labels: own }
      }
      await labels.return(0)
    },
    close: () => rows.close(),
  }
}

async function* labelsOf(dataset: DatasetReader): AsyncGenerator<number, number> {
  for await (const { identity } of dataset.records()) yield identity
  return 0
}
