import { setFlagsFromString } from 'node:v8'
import { requireDevices } from '../onnx/devices.js'
import type { Provider } from '../onnx/providers.js'
import { ThreadPool } from '../threads/thread-pool.js'
import { encoderHere } from './batch-encoder.js'
import { PARTS_AT_HAND, PartMaker } from './part-maker.js'
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

/** Networks on one GPU: while one's vectors are drawn and what came out is copied, others run. */
const LANES_OF_A_GPU = 4
/** Each keeps a core busy while it waits for the GPU. */
const CORES_A_LANE = 2

/** What a pool may use. */
export interface PartLanes {
  readonly threads: number
  /** GPUs by number; the first by default, none on the processor */
  readonly devices?: readonly number[]
}

/** How many networks make parts at the same time, where there are parts enough. */
export function lanesOf(
  provider: Provider | undefined,
  { threads, devices }: { readonly threads: number; readonly devices: readonly unknown[] },
): number {
  if (provider === undefined || provider === 'cpu') return threads
  const ofOne = Math.floor(threads / CORES_A_LANE / devices.length)
  return devices.length * Math.max(1, Math.min(LANES_OF_A_GPU, ofOne))
}

/**
 * A pool of `threads` threads, each with its own network on one core, or of up to four threads a GPU; a single one is this thread
 * itself. The networks of a diffusion model take gigabytes: there is one set of them, on all the cores, or one a GPU.
 * @param parts how many there are to make: no more lanes than that
 */
export async function openPartPool(
  run: RunFolder,
  { threads, devices }: PartLanes,
  parts = Number.POSITIVE_INFINITY,
): Promise<PartPool> {
  setFlagsFromString(HEAP_GROWTH)
  const together = run.plan.diffusion !== undefined
  const onProcessor = run.plan.provider === undefined
  await requireDevices(run.plan.provider ?? 'cpu', devices)
  const gpus = devices ?? [undefined]
  const most = together && !onProcessor ? gpus.length : lanesOf(run.plan.provider, { threads, devices: gpus })
  const lanes = Math.min(most, parts)
  if (lanes > 1 && !(together && onProcessor)) return partThreads(run, lanes, gpus)
  const maker = await PartMaker.open(run, encoderHere(run.plan.jpeg), {
    threads: together ? threads : 1,
    device: gpus[0],
  })
  return {
    size: 1,
    make: (part, onImages) => maker.make(part, onImages),
    close: () => maker.close(),
  }
}

/** Lanes in turn on the GPUs; a part goes to the one with the fewest under way for its lanes. */
function partThreads(run: RunFolder, lanes: number, gpus: readonly (number | undefined)[]): PartPool {
  const used = gpus.slice(0, lanes)
  const pools = used.map((device, i) => {
    const threads = Math.floor(lanes / used.length) + (i < lanes % used.length ? 1 : 0)
    const data: PartThreadData = { path: run.path, record: run.record, device }
    const pool = new ThreadPool<number, void, number>({
      file: 'part-thread',
      from: import.meta.url,
      threads,
      data,
    })
    return { pool, free: threads * (run.plan.provider === undefined ? 1 : PARTS_AT_HAND) }
  })
  return {
    size: pools.reduce((sum, { free }) => sum + free, 0),
    async make(part, onImages) {
      const least = pools.reduce((best, other) => (other.free > best.free ? other : best))
      least.free--
      try {
        await least.pool.run(part, onImages)
      } finally {
        least.free++
      }
    },
    async close() {
      await Promise.all(pools.map(({ pool }) => pool.close()))
    },
  }
}
