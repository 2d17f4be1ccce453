import { InputError } from '../errors.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { runtimeTensor } from '../onnx/runtime.js'
import { inputLength } from './preprocessing.js'

/** One call. @throws InputError */
export async function runBatch(
  session: ModelSession<ImageModelDescriptor>,
  batch: Float32Array,
  count: number,
): Promise<Float32Array> {
  const { input, output } = session.model.descriptor
  const [height, width] = input.size
  const rows = batch.length / inputLength(input)
  const shape = input.layout === 'NCHW' ? [rows, 3, height, width] : [rows, height, width, 3]
  const results = await session.run({ [input.name]: runtimeTensor('float32', batch, shape) })
  const feature = results[output.name].data as Float32Array
  if (feature.length !== rows * output.size) {
    throw new InputError(
      `the network gave ${feature.length} numbers for ${rows} images, the descriptor says ${output.size} each`,
      session.model.path,
      'correct output.size in the descriptor',
    )
  }
  const norm =
    'norm' in output && output.norm !== undefined ? (results[output.norm].data as Float32Array) : undefined
  if (norm !== undefined)
    for (let i = 0; i < feature.length; i++) feature[i] *= norm[Math.floor(i / output.size)]
  return feature.subarray(0, count * output.size)
}
