import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { readyProvider } from '../onnx/providers.js'
import { ThreadPool } from '../threads/thread-pool.js'
import { unsharer } from '../threads/unsharer.js'
import { runBatch } from './network-call.js'
import type { NetworkTask, NetworkThreadData } from './network-thread.js'

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
  const { model, provider, device } = session
  if (threads < 1) {
    const unshared = unsharer((length) => new Float32Array(length))
    return {
      calls: 1,
      run: (batch, count) => runBatch(session, unshared(batch), count),
      close: async () => {},
    }
  }
  readyProvider(provider)
  const options = { provider, threads: 1, ...(device !== undefined && { device }) }
  const data: NetworkThreadData = { model, options }
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
