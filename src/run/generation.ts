import { InputError } from '../errors.js'
import { RunFolder } from '../generate/run-folder.js'
import { VectorFile } from '../generate/vector-file.js'
import type { Generation } from '../measures/subject.js'
import { featureRows } from '../products/index.js'

/**
 * What a dataset was generated from: the plan in its folder, and the vectors that it names.
 * @throws InputError where no run is in the folder, or the vectors are gone or not those that it began with
 */
export async function readGeneration(path: string): Promise<Generation> {
  const { plan, record } = await RunFolder.open(path)
  const { identities } = record.inputs
  const file = await VectorFile.open(identities)
  try {
    const { count: rows, width: columns, sha256 } = plan.identities
    if ((await file.fingerprint(rows)) !== sha256)
      throw new InputError('these are not the vectors that the dataset was made of', identities)
    const data = await file.read(0, rows)
    return { plan, vectors: featureRows({ rows, columns, data }, identities) }
  } finally {
    await file.close()
  }
}
