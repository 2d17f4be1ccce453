import { InputError } from '../errors.js'
import type { Shard } from '../generate/shards.js'
import { produceJobs } from '../jobs/produce.js'
import { workOnJobs } from '../jobs/work.js'
import { CellJobs } from '../run/grid/cell-jobs.js'
import { cellsOf } from '../run/grid/grid-of-spec.js'
import { openCells } from '../run/grid/open-cells.js'
import type { RunOptions } from '../run/run-options.js'
import type { LoadedSpec } from '../run/spec.js'
import { stopGently } from './interruption.js'
import { log, print } from './output.js'

/** Numbers of a spec's cells. @throws InputError where it has none */
export function numbersOf(loaded: LoadedSpec): number[] {
  const cells = cellsOf(loaded)
  if (cells.length === 0)
    throw new InputError("the spec has no grid ('cell' and 'axes')", loaded.path, 'run it as a whole')
  return [...cells.keys()]
}

/** Makes a share of a grid's cells into the cache: one task of a Slurm array. @throws InputError where cells failed */
export async function runShard(loaded: LoadedSpec, { shard, of }: Shard, options: RunOptions): Promise<void> {
  const own = numbersOf(loaded).filter((number) => number % of === shard - 1)
  const cells = await openCells(loaded, own, options)
  const failures: string[] = []
  try {
    for (const number of own) {
      const failure = await cells.make(number)
      if (failure === undefined) continue
      log(`cell ${number}: ${failure}`)
      failures.push(failure)
    }
  } finally {
    await cells.close()
  }
  if (failures.length > 0)
    throw new InputError(
      `${failures.length} of ${own.length} cells of shard ${shard}/${of} failed, the first because: ${failures[0]}`,
      loaded.path,
      'the same command tries them again',
    )
  print(`shard ${shard}/${of} is done, ${own.length} cells; the same command without --shard has the results`)
}

/** Makes cells that were queued, until there are no more. */
export async function runWorker(loaded: LoadedSpec, redis: string, options: RunOptions): Promise<void> {
  const numbers = numbersOf(loaded)
  const jobs = new CellJobs(loaded, numbers.length, options)
  const cells = await openCells(loaded, [], options)
  try {
    const made = await workOnJobs(jobs, {
      ...{
        redis,
        log,
        concurrency: 1,
        signal: stopGently('finishing the cell at hand; again to end at once'),
      },
      make: async (number) => jobs.mark(number, await cells.make(number)),
    })
    print(`${loaded.spec.name}: made ${made} cells`)
  } finally {
    await cells.close()
  }
}

/** Queues a grid's cells and waits for workers to make them. @returns cells that they could not make, and why */
export async function produceCells(
  loaded: LoadedSpec,
  redis: string,
  options: RunOptions,
): Promise<Map<number, string>> {
  const numbers = numbersOf(loaded)
  const jobs = new CellJobs(loaded, numbers.length, options)
  await jobs.forget()
  options.progress.start('cells', numbers.length, 'cells')
  try {
    await produceJobs(jobs, { redis, log, onLook: (done) => options.progress.update(done.size) })
  } finally {
    options.progress.stop()
  }
  return jobs.failures()
}
