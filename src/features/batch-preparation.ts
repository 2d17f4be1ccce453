import { ThreadPool } from '../threads/thread-pool.js'
import { detached, type NamedImage } from './named-image.js'
import type { PreparationTask } from './preparation-thread.js'
import { imagePreparation, type PreparedImages, type WantedInputs } from './prepare-images.js'
import { inputLength } from './preprocessing.js'

/** Makes batches of images ready for a network. */
export interface BatchPreparation {
  /** @param rows of the batch; those beyond the images are zero @throws InputError at an image that doesn't decode or fit */
  prepare(images: readonly NamedImage[], rows: number, skipUnreadable: boolean): Promise<PreparedImages>
  close(): Promise<void>
}

/** Images of one task: a batch is prepared by several threads. */
const TASK = 8

const own = (length: number): Float32Array => new Float32Array(length)

/** @param threads that decode and preprocess; 0: this one */
export function openPreparation(wanted: WantedInputs, threads: number): BatchPreparation {
  if (threads < 1) {
    const prepare = imagePreparation(wanted)
    return { prepare: (images, rows, skip) => prepare(images, own, rows, skip), close: async () => {} }
  }
  const pool = new ThreadPool<PreparationTask, PreparedImages>({
    file: 'preparation-thread',
    from: import.meta.url,
    threads,
    data: wanted,
  })
  const length = inputLength(wanted.input)
  return {
    async prepare(images, rows, skipUnreadable) {
      const plain = wanted.plain ? own(rows * length) : undefined
      const mirrored = wanted.mirrored ? own(rows * length) : undefined
      const starts = Array.from({ length: Math.ceil(images.length / TASK) }, (_, i) => i * TASK)
      const parts = await Promise.all(
        starts.map(async (start) => {
          const some = images.slice(start, start + TASK).map(detached)
          const part = await pool.run({ images: some, skipUnreadable })
          // onnxruntime takes no memory that is shared.
          if (part.plain !== undefined) plain?.set(part.plain, start * length)
          if (part.mirrored !== undefined) mirrored?.set(part.mirrored, start * length)
          return part.leftOut.map((image) => ({ ...image, index: start + image.index }))
        }),
      )
      return { leftOut: parts.flat(), ...(plain && { plain }), ...(mirrored && { mirrored }) }
    },
    close: () => pool.close(),
  }
}
