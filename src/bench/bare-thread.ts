import { openPipeline, type Pipeline } from '../models/pipeline.js'
import type { SessionOptions } from '../models/session.js'
import { serveThread } from '../threads/thread-side.js'

/** What a thread is started with. */
export interface BareThreadData {
  readonly pipeline: Pipeline
  readonly batch: number
  readonly options: SessionOptions
}

// A task is a number of calls; none opens the network and warms it up.
serveThread(async ({ pipeline, batch, options }: BareThreadData) => {
  const network = await openPipeline(pipeline, batch, options)
  await network.run()
  return {
    async do(calls: number): Promise<void> {
      for (let call = 0; call < calls; call++) await network.run()
    },
    close: () => network.close(),
  }
})
