import { InputError } from '../errors.js'

/** What a thread is sent: a task and the number of its job, that no more come, or to stop where it is. */
export type ToThread<Task> = { readonly job: number; readonly task: Task } | 'close' | 'park'

/** What a thread sends: news of a job under way, its answer, or why there is none; that it stands. */
export type FromThread<Answer, News> =
  | { readonly job: number; readonly news: News }
  | { readonly job: number; readonly answer: Answer }
  | { readonly job: number; readonly failed: SentError }
  | 'parked'

/** An error on its way between threads: a message keeps no class but JavaScript's own. */
export type SentError =
  | { readonly refused: Pick<InputError, 'what' | 'where' | 'ways'> }
  | {
      readonly error: { readonly name: string; readonly message: string; readonly stack: string | undefined }
    }

export function packError(error: unknown): SentError {
  if (error instanceof InputError) {
    const { what, where, ways } = error
    return { refused: { what, where, ways } }
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { error: { name, message, stack } }
}

/** The error as it was thrown in the thread: an {@link InputError} is one again, others keep their stack. */
export function unpackError(sent: SentError): Error {
  if ('refused' in sent) return new InputError(sent.refused.what, sent.refused.where, sent.refused.ways)
  const { name, message, stack } = sent.error
  const error = new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}
