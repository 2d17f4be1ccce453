import { ThreadPool } from '../threads/thread-pool.js'
import { detached, type LeftOutImage, type NamedImage } from './named-image.js'
import type { PreparationTask } from './preparation-thread.js'
import { type Inputs, imagePreparation, type WantedInputs } from './prepare-images.js'
import { inputLength } from './preprocessing.js'

/** A batch that is ready for a network. */
export interface PreparedBatch extends Inputs {
  /** by their place among the images, ascending */
  readonly leftOut: readonly LeftOutImage[]
}

/** Makes batches of images ready for a network. */
export interface BatchPreparation {
  /** @param rows of the batch; those beyond the images are zero @throws InputError at an image that doesn't decode or fit */
  prepare(images: readonly NamedImage[], rows: number, skipUnreadable: boolean): Promise<PreparedBatch>
  /** Takes back the memory of a batch that has been used: the next one needs as much. */
  giveBack(batch: PreparedBatch): void
  close(): Promise<void>
}

/** Images of one task: a batch is prepared by several threads. */
const TASK = 8

/** @param threads that decode and preprocess; 0: this one */
export function openPreparation(wanted: WantedInputs, threads: number): BatchPreparation {
  const room = new InputRoom(wanted, threads > 0)
  const length = inputLength(wanted.input)
  const giveBack = (batch: PreparedBatch): void => room.giveBack(batch)
  if (threads < 1) {
    const prepareHere = imagePreparation(wanted.input)
    return {
      async prepare(images, rows, skipUnreadable) {
        const into = room.take(images.length * length, rows * length)
        return { ...into, leftOut: await prepareHere(images, into, skipUnreadable) }
      },
      giveBack,
      close: async () => {},
    }
  }
  const pool = new ThreadPool<PreparationTask, LeftOutImage[]>({
    file: 'preparation-thread',
    from: import.meta.url,
    threads,
    data: wanted.input,
  })
  return {
    async prepare(images, rows, skipUnreadable) {
      const batch = room.take(images.length * length, rows * length)
      const starts = Array.from({ length: Math.ceil(images.length / TASK) }, (_, i) => i * TASK)
      const parts = await Promise.all(
        starts.map(async (start) => {
          const some = images.slice(start, start + TASK).map(detached)
          const into = part(batch, start * length, (start + some.length) * length)
          const leftOut = await pool.run({ images: some, into, skipUnreadable })
          return leftOut.map((image) => ({ ...image, index: start + image.index }))
        }),
      )
      return { ...batch, leftOut: parts.flat() }
    },
    giveBack,
    close: () => pool.close(),
  }
}

function part({ plain, mirrored }: Inputs, start: number, end: number): Inputs {
  return {
    ...(plain && { plain: plain.subarray(start, end) }),
    ...(mirrored && { mirrored: mirrored.subarray(start, end) }),
  }
}

/** Memory for batches: what was used is used again, since fresh memory costs a page fault every 4 KB. */
class InputRoom {
  readonly #free: Float32Array[] = []

  constructor(
    private readonly wanted: WantedInputs,
    private readonly shared: boolean,
  ) {}

  /** @param used numbers that will be written; the rest of `length` is zero */
  take(used: number, length: number): Inputs {
    const one = (): Float32Array => {
      const free = this.#free.findIndex((numbers) => numbers.length === length)
      const numbers = free === -1 ? this.#make(length) : this.#free.splice(free, 1)[0]
      return numbers.fill(0, used)
    }
    return { ...(this.wanted.plain && { plain: one() }), ...(this.wanted.mirrored && { mirrored: one() }) }
  }

  #make(length: number): Float32Array {
    return this.shared ? new Float32Array(new SharedArrayBuffer(4 * length)) : new Float32Array(length)
  }

  giveBack({ plain, mirrored }: Inputs): void {
    if (plain !== undefined) this.#free.push(plain)
    if (mirrored !== undefined) this.#free.push(mirrored)
  }
}
