import { threadId } from 'node:worker_threads'
import { InputError } from '../../src/errors.js'
import { serveThread } from '../../src/threads/thread-side.js'

/** What the test's thread is asked: numbers to add up, after so many milliseconds. */
export interface Sum {
  readonly numbers: readonly number[]
  readonly after?: number
  readonly fails?: 'input' | 'bug' | 'exit'
}

serveThread(({ start }: { start: number | 'nowhere' }) => {
  if (start === 'nowhere') throw new InputError('there is no start', 'sum', 'give one')
  return {
    async do({ numbers, after = 0, fails }: Sum, tell: (news: number) => void) {
      await new Promise((resolve) => setTimeout(resolve, after))
      if (fails === 'input') throw new InputError('the number is odd', 'line 3', 'give an even one')
      if (fails === 'bug') throw new RangeError('out of range')
      if (fails === 'exit') process.exit(3)
      let sum = start
      for (const number of numbers) {
        sum += number
        tell(sum)
      }
      return { sum, thread: threadId }
    },
  }
})
