import { cores } from '../cores.js'
import { ThreadPool } from '../threads/thread-pool.js'
import type { ProductKernel } from './row-index.js'
import type { Candidates, TileTask } from './tile-candidates.js'
import type { TileKernel } from './tile-kernel.js'
import { scannerHere, type TileScanner } from './tile-scanner.js'

/** Multiplications of a search below which starting threads costs more than they save: some tenths of a second. */
const WORTH_THREADS = 5e10
const TILES_AHEAD = 2

/**
 * Threads that take tiles, each on one core: a product then never waits for the core that looks through the last one, as
 * it would where all cores share one product.
 */
export function scannerThreads(name: TileKernel['name'], threads: number): TileScanner<Candidates> {
  const pool = new ThreadPool<TileTask, Candidates>({
    file: 'scanner-thread',
    from: import.meta.url,
    threads,
    data: { name },
  })
  return { ahead: TILES_AHEAD * threads, scan: (task) => pool.run(task) }
}

/** Started once for each kernel and kept while the process lives. */
const started = new Map<TileKernel['name'], TileScanner>()

/** The scanner for a search of so many multiplications of two numbers. */
export function scannerFor(kernel: ProductKernel, multiplications: number): TileScanner {
  if ('scan' in kernel) return { ahead: kernel.ahead, scan: (task) => kernel.scan(task) }
  const most = cores()
  if (most === 1 || multiplications < WORTH_THREADS) return scannerHere(kernel)
  const threads = started.get(kernel.name) ?? scannerThreads(kernel.name, most)
  started.set(kernel.name, threads)
  return threads
}
