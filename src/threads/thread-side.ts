import { parentPort, workerData } from 'node:worker_threads'
import { type FromThread, packError, type ToThread } from './messages.js'

/** What a thread does. */
export interface ThreadWork<Task, Answer, News = never> {
  /** @param tell sends news of the task to who asked for it, before the answer */
  do(task: Task, tell: (news: News) => void): Answer | Promise<Answer>
  /** Called after the last task. */
  close?(): Promise<void>
}

/**
 * The side of a {@link ThreadPool} that runs in a thread: opens its work once, then does one task after another, in the
 * order in which they came. Where the work can't be opened, each task is answered with the reason.
 * Answers are copied, not transferred: once a thread has transferred a buffer, V8 looks for detached ones at every access
 * to a typed array there (8 % of the renderer's time).
 * @param atOnce tasks that may be under way: what one waits for another can use
 *
 * @example
 * serveThread(async ({ path }: { path: string }) => {
 *   const network = await openNetwork(path)
 *   return { do: (image: Uint8Array) => network.run(image), close: () => network.close() }
 * })
 */
export function serveThread<Data, Task, Answer, News = never>(
  open: (data: Data) => ThreadWork<Task, Answer, News> | Promise<ThreadWork<Task, Answer, News>>,
  atOnce = 1,
): void {
  if (parentPort === null) return
  const port = parentPort
  const send = (message: FromThread<Answer, News>): void => port.postMessage(message)
  const opening = (async () => open(workerData as Data))()
  opening.catch(() => {})

  async function answer(job: number, task: Task): Promise<void> {
    try {
      const work = await opening
      send({ job, answer: await work.do(task, (news) => send({ job, news })) })
    } catch (error) {
      send({ job, failed: packError(error) })
    }
  }

  async function end(): Promise<void> {
    const work = await opening.catch(() => undefined)
    await work?.close?.()
    port.close()
  }

  /** Calls of networks are synchronous here: where a message is heard, none is under way. */
  function park(): never {
    send('parked')
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }

  /** the ends of the last `atOnce` tasks, the one that came first before the others */
  const ends: Promise<void>[] = Array.from({ length: atOnce }, () => Promise.resolve())
  port.on('message', (message: ToThread<Task>) => {
    if (message === 'park') park()
    if (message === 'close') {
      void Promise.all(ends).then(end)
      return
    }
    const begin = ends.shift()
    ends.push((begin ?? Promise.resolve()).then(() => answer(message.job, message.task)))
  })
}
