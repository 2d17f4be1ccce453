import { serveThread } from '../threads/thread-side.js'
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
  const maker = await PartMaker.open(RunFolder.at(path, record), { threads: 1, device })
  return {
    do: (part: number, onImages: (images: number) => void): Promise<void> => maker.make(part, onImages),
    close: () => maker.close(),
  }
})
