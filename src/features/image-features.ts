import { rm } from 'node:fs/promises'
import { encodeNpy } from '../arrays/npy.js'
import { NpyRowWriter } from '../arrays/npy-row-writer.js'
import { exists, moveDurably, writeDurably } from '../bytes/files.js'
import type { DatasetReader } from '../datasets/dataset.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { type Progress, silent } from '../progress.js'
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js'
import { datasetFeatures, imageCountOf } from './dataset-features.js'

export interface ImageFeatureOptions {
  readonly batch?: number
  readonly progress?: Progress
  /** `.npy` where the identity of each image goes, too: int32 */
  readonly labels?: string
  /** images between two checkpoints; 20,000 by default */
  readonly every?: number
}

/**
 * Writes the feature of every image of a dataset, in its order, as `.npy` (float32 [images, size]), which is there
 * when it is whole. An interrupted run leaves `PATH.partial` and `PATH.checkpoint`; the next goes on from there
 * and ends with the same bytes. Memory: three batches of images and 4 bytes an image for its label.
 * @returns the number of images
 * @throws InputError at an image that can't be read, decoded or fitted; what was done by then stays done
 */
export async function writeImageFeatures(
  session: ModelSession<ImageModelDescriptor>,
  dataset: DatasetReader,
  path: string,
  { batch, progress = silent, labels: labelPath, every = 20_000 }: ImageFeatureOptions = {},
): Promise<number> {
  const { sha256, descriptor } = session.model
  const total = await imageCountOf(dataset)
  const key = JSON.stringify([sha256, descriptor, dataset.path, total, batch])
  const work = await UnfinishedRows.begin(path, key, descriptor.output.size)
  const { first } = work
  const labels = new Int32Array(total)
  progress.start(`${descriptor.name} on ${dataset.path}`, total, 'images')
  let done = first
  try {
    progress.update(done)
    let saved = done
    const range = { start: first, end: total }
    for await (const rows of datasetFeatures(session, dataset, range, { ...(batch && { batch }) })) {
      await work.rows.append(rows.features)
      labels.set(rows.identities, done)
      done += rows.identities.length
      progress.update(done)
      if (done - saved < every) continue
      await work.save(done)
      saved = done
    }
  } catch (error) {
    await work.interrupt(done)
    throw error
  } finally {
    progress.stop()
  }
  if (labelPath !== undefined) {
    await labelImages(dataset, labels.subarray(0, first))
    await writeDurably(labelPath, encodeNpy({ type: '<i4', shape: [total], data: labels }))
  }
  await work.finish()
  return total
}

/** The identities of a dataset's first images. */
async function labelImages(dataset: DatasetReader, labels: Int32Array): Promise<void> {
  if (labels.length === 0) return
  let image = 0
  for await (const { identity } of dataset.records()) {
    labels[image++] = identity
    if (image === labels.length) return
  }
}

/** Rows in the making, and beside them how many are safe. */
class UnfinishedRows {
  private constructor(
    private readonly path: string,
    private readonly key: string,
    /** rows that an earlier run left */
    readonly first: number,
    readonly rows: NpyRowWriter,
  ) {}

  /** @param key what the rows belong to: those of something else are not gone on with */
  static async begin(path: string, key: string, columns: number): Promise<UnfinishedRows> {
    const [done = 0] = (await readCheckpoint(checkpointOf(path), key)) ?? []
    return done > 0 && (await exists(partialOf(path)))
      ? new UnfinishedRows(path, key, done, await NpyRowWriter.resume(partialOf(path), columns, done))
      : new UnfinishedRows(path, key, 0, await NpyRowWriter.create(partialOf(path), columns))
  }

  async save(done: number): Promise<void> {
    await this.rows.sync()
    await writeCheckpoint(checkpointOf(this.path), this.key, [Float64Array.of(done)])
  }

  /** Keeps what there is, if the disk still takes it. */
  async interrupt(done: number): Promise<void> {
    if (done > 0) await this.save(done).catch(() => {})
    await this.rows.close().catch(() => {})
  }

  async finish(): Promise<void> {
    await this.rows.close()
    await moveDurably(partialOf(this.path), this.path)
    await rm(checkpointOf(this.path), { force: true })
  }
}

const partialOf = (path: string): string => `${path}.partial`
const checkpointOf = (path: string): string => `${path}.checkpoint`
