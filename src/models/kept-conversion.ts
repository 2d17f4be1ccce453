import { basename, extname, join } from 'node:path'
import { exists } from '../bytes/files.js'
import type { HalfType } from '../onnx/half/half-operators.js'
import { convertModel } from './convert-model.js'
import { descriptorPath, loadModel } from './model.js'
import type { PrecisionDifference } from './precision-difference.js'

/** A model in half precision that is kept for the next time. */
export interface KeptConversion {
  /** its ONNX file */
  readonly path: string
  /** where it was made now, and not kept already */
  readonly difference?: PrecisionDifference
}

/**
 * A model in half precision, made once: it lies in a folder named after the model's hash, and is used as any other model.
 * @param path an ONNX file or a descriptor
 * @param folder where conversions are kept
 * @throws InputError
 */
export async function keptConversion(
  path: string,
  precision: HalfType,
  folder: string,
): Promise<KeptConversion> {
  const model = await loadModel(path)
  const name = `${basename(model.path, extname(model.path))}-${precision}.onnx`
  const out = join(folder, model.sha256.slice(0, 24), name)
  // The descriptor is what is moved there last.
  if (await exists(descriptorPath(out))) return { path: (await loadModel(out)).path }
  const { difference } = await convertModel({ model: path, out, precision, overwrite: true })
  return { path: out, difference }
}
