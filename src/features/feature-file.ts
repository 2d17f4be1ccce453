import { asFloat32, type Matrix } from '../arrays/matrix.js'
import { openRows } from '../arrays/open-rows.js'
import type { Log } from '../arrays/row-file.js'

/**
 * Reads precomputed features into memory, one row an image, as float32: every form that {@link openRows} opens.
 * @param log is told which columns of a table were left out
 * @throws InputError where it is none
 */
export async function readFeatures(path: string, log?: Log): Promise<Matrix<Float32Array>> {
  const file = await openRows(path, log)
  try {
    return asFloat32(await file.read(0, file.rows))
  } finally {
    await file.close()
  }
}
