import { serveThread } from '../threads/thread-side.js'
import type { PixelBatch } from './image-maker.js'
import { PartEncoder } from './part-encoder.js'
import { RunFolder, type RunRecord } from './run-folder.js'

/** What a thread is started with. */
export interface EncoderThreadData {
  readonly path: string
  readonly record: RunRecord
}

/** What a sink is told, one after another. */
export type EncoderTask =
  | { readonly begin: number }
  | { readonly put: PixelBatch }
  | { readonly close: string | undefined }
  | 'discard'

serveThread(({ path, record }: EncoderThreadData) => {
  const encoder = new PartEncoder(RunFolder.at(path, record))
  return {
    do(task: EncoderTask): Promise<void> {
      if (task === 'discard') return encoder.discard()
      if ('begin' in task) return encoder.begin(task.begin)
      return 'put' in task ? encoder.put(task.put) : encoder.close(task.close)
    },
  }
})
