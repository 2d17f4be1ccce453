import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type SessionOptions } from '../models/session.js'
import { serveThread } from '../threads/thread-side.js'
import { unsharer } from '../threads/unsharer.js'
import { runBatch } from './network-call.js'

/** What a thread is started with. */
export interface NetworkThreadData {
  readonly model: Model<ImageModelDescriptor>
  readonly options: SessionOptions
}

/** A batch, and of how many of its rows the features are wanted. */
export interface NetworkTask {
  readonly batch: Float32Array
  readonly count: number
}

serveThread(async ({ model, options }: NetworkThreadData) => {
  const session = await ModelSession.open(model, options)
  const unshared = unsharer((length) => new Float32Array(length))
  return {
    do: ({ batch, count }: NetworkTask): Promise<Float32Array> => runBatch(session, unshared(batch), count),
    close: () => session.close(),
  }
})
