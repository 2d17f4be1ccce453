import { serveThread } from '../threads/thread-side.js'
import { encoderHere, encoderThreads } from './batch-encoder.js'
import { PARTS_AT_HAND, PartMaker } from './part-maker.js'
import { RunFolder, type RunRecord } from './run-folder.js'

/** What a thread is started with. Its tasks are the numbers of parts; the news of one are how many images are done. */
export interface PartThreadData {
  readonly path: string
  readonly record: RunRecord
  /** the GPU, where there are several */
  readonly device: number | undefined
}

/** Threads that encode what one network makes on a GPU. */
const ENCODERS = 2

serveThread(async ({ path, record, device }: PartThreadData) => {
  const { jpeg, provider } = record.plan
  const encoder = provider === undefined ? encoderHere(jpeg) : encoderThreads(jpeg, ENCODERS)
  const maker = await PartMaker.open(RunFolder.at(path, record), encoder, { threads: 1, device })
  return {
    do: (part: number, onImages: (images: number) => void): Promise<void> => maker.make(part, onImages),
    async close() {
      await maker.close()
      await encoder.close()
    },
  }
}, PARTS_AT_HAND)
