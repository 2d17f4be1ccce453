import { serveThread } from '../threads/thread-side.js'
import { EncoderLane, PARTS_OF_A_LANE } from './encoder-lane.js'
import { PartEncoder } from './part-encoder.js'
import { PartMaker } from './part-maker.js'
import { RunFolder, type RunRecord } from './run-folder.js'

/** What a thread is started with. Its tasks are the numbers of parts; the news of one are how many images are done. */
export interface PartThreadData {
  readonly path: string
  readonly record: RunRecord
  /** the GPU, where there are several */
  readonly device: number | undefined
}

serveThread(async ({ path, record, device }: PartThreadData) => {
  const run = RunFolder.at(path, record)
  const lane = record.plan.provider !== undefined ? new EncoderLane(run) : undefined
  const maker = await PartMaker.open(run, lane ?? new PartEncoder(run), { threads: 1, device })
  return {
    do: (part: number, onImages: (images: number) => void): Promise<void> => maker.make(part, onImages),
    async close() {
      await maker.close()
      await lane?.end()
    },
  }
}, PARTS_OF_A_LANE)
