import { serveThread } from '../threads/thread-side.js'
import { type Batch, BatchMaker, type BatchSettings } from './batch-maker.js'

/** A thread that makes batches, since a network that runs keeps the main one busy. */
serveThread<BatchSettings, number, Batch>(async (settings) => {
  const maker = await BatchMaker.open(settings)
  return { do: (step) => maker.make(step), close: () => maker.close() }
})
