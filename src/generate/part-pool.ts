import { setFlagsFromString } from 'node:v8'
import { ThreadPool } from '../threads/thread-pool.js'
import { PartMaker } from './part-maker.js'
import type { PartThreadData } from './part-thread.js'
import type { RunFolder } from './run-folder.js'

/** Makes parts, up to `size` at the same time. */
export interface PartPool {
  readonly size: number
  /** Makes one part. @param onImages told how many of its images are done @throws InputError */
  make(part: number, onImages: (images: number) => void): Promise<void>
  close(): Promise<void>
}

/**
 * A heap may grow to 11 times what was alive in it before V8 marks it again. onnxruntime gives every batch in a new
 * buffer, and at V8's own limits each thread would mark its modules four times a second to be rid of them: 3 % of a
 * small generator's time, for 70 MB less in a run of 300,000 images.
 */
const HEAP_GROWTH = '--heap-growing-percent=1000'

/**
 * A pool of `threads` threads, each with its own network on one core; a single one is this thread itself. The networks of a
 * diffusion model take gigabytes: there is one set of them, on all the cores.
 * @param parts how many there are to make: no more lanes than that
 */
export async function openPartPool(run: RunFolder, threads: number, parts = threads): Promise<PartPool> {
  setFlagsFromString(HEAP_GROWTH)
  const together = run.plan.diffusion !== undefined
  const lanes = Math.min(threads, parts)
  if (lanes > 1 && !together) return partThreads({ path: run.path, record: run.record }, lanes)
  const maker = await PartMaker.open(run, together ? threads : 1)
  return {
    size: 1,
    make: (part, onImages) => maker.make(part, onImages),
    close: () => maker.close(),
  }
}

function partThreads(data: PartThreadData, threads: number): PartPool {
  const pool = new ThreadPool<number, void, number>({
    file: 'part-thread',
    from: import.meta.url,
    threads,
    data,
  })
  return {
    size: threads,
    make: (part, onImages) => pool.run(part, onImages),
    close: () => pool.close(),
  }
}
