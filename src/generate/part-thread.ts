import { parentPort, workerData } from 'node:worker_threads'
import { InputError } from '../errors.js'
import { PartMaker } from './part-maker.js'
import { RunFolder, type RunRecord } from './run-folder.js'

/** What a thread is started with. */
export interface ThreadData {
  readonly path: string
  readonly record: RunRecord
}

/** What a thread answers; it is sent the number of a part and makes one at a time. */
export type ThreadMessage =
  | { readonly kind: 'images'; readonly images: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly what: string; readonly where: string; readonly remedy: string }
  | { readonly kind: 'failed'; readonly error: unknown }

/** The side of {@link ThreadPool} that runs in a thread of its own. */
if (parentPort !== null) {
  const port = parentPort
  const send = (message: ThreadMessage) => port.postMessage(message)
  const { path, record } = workerData as ThreadData
  const opening = PartMaker.open(RunFolder.at(path, record))
  opening.catch(() => {})
  port.on('message', async (part: number | 'close') => {
    try {
      const maker = await opening
      if (part === 'close') {
        await maker.close()
        port.close()
        return
      }
      await maker.make(part, (images) => send({ kind: 'images', images }))
      send({ kind: 'done' })
    } catch (error) {
      if (part === 'close') port.close()
      else if (error instanceof InputError)
        send({ kind: 'refused', what: error.what, where: error.where, remedy: error.remedy })
      else send({ kind: 'failed', error })
    }
  })
}
