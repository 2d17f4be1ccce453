import { InputError } from '../errors.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { runtimeTensor } from '../onnx/runtime.js'
import { ThreadPool } from '../threads/thread-pool.js'
import type { NetworkTask, NetworkThreadData } from './network-thread.js'
import { inputLength } from './preprocessing.js'

/** Brings batches through a network. */
export interface BatchNetwork {
  /** calls that are worth having under way at a time */
  readonly calls: number
  /** @returns features of the first `count` rows @throws InputError where the network fails, or gives another form */
  run(batch: Float32Array, count: number): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Networks on one GPU, each in a thread: a call of onnxruntime holds its thread until it ends. While one computes, another's
 * batch is copied, and this thread reads on.
 */
const LANES_OF_A_GPU = 2

/**
 * @param threads with a network each; 0: the session itself, in this thread. By default none on the processor, and as many on
 * a GPU as it takes to keep it busy
 */
export function openBatchNetwork(
  session: ModelSession<ImageModelDescriptor>,
  threads = session.provider === 'cpu' ? 0 : LANES_OF_A_GPU,
): BatchNetwork {
  const { model, provider } = session
  if (threads < 1) {
    const unshared = unsharer()
    return {
      calls: 1,
      run: (batch, count) => runBatch(session, unshared(batch), count),
      close: async () => {},
    }
  }
  const data: NetworkThreadData = { model, options: { provider, threads: 1 } }
  const pool = new ThreadPool<NetworkTask, Float32Array>({
    file: 'network-thread',
    from: import.meta.url,
    threads,
    data,
  })
  return {
    calls: threads + 1,
    run: (batch, count) => pool.run({ batch, count }),
    close: () => pool.close(),
  }
}

/** Copies numbers out of memory that threads share, which onnxruntime does not take, into memory that is kept for the next. */
export function unsharer(): (numbers: Float32Array) => Float32Array {
  let room = new Float32Array(0)
  return (numbers) => {
    if (!(numbers.buffer instanceof SharedArrayBuffer)) return numbers
    if (room.length < numbers.length) room = new Float32Array(numbers.length)
    room.set(numbers)
    return room.subarray(0, numbers.length)
  }
}

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
