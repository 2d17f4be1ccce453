import { rm } from 'node:fs/promises'
import { encodeNpy } from '../arrays/npy.js'
import { NpyRowWriter } from '../arrays/npy-row-writer.js'
import { exists, moveDurably, writeDurably } from '../bytes/files.js'
import { alone } from '../bytes/lock.js'
import type { DatasetReader } from '../datasets/dataset.js'
import { InputError } from '../errors.js'
import type { PassedOverFiles } from '../images/passed-over.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { type Progress, silent } from '../progress.js'
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js'
import { datasetFeatures, imageCountOf } from './dataset-features.js'
import { ImagesDone } from './images-done.js'
import { SavingPace } from './saving-pace.js'
import { UnreadableImages } from './unreadable-images.js'

export interface ImageFeatureOptions {
  readonly batch?: number
  readonly progress?: Progress
  /** `.npy` where the identity of each image goes, too: int32 */
  readonly labels?: string
  /** images between two checkpoints, 20,000 by default; there is one every half minute besides */
  readonly every?: number
  /** leave out images that don't decode: they have no row and no label */
  readonly skipUnreadable?: boolean
}

/** What was written, and what was left out. */
export interface WrittenFeatures {
  /** rows */
  readonly images: number
  readonly unreadable: PassedOverFiles
}

/**
 * Writes the feature of every image of a dataset, in its order, as `.npy` (float32 [images, size]), which is there
 * when it is whole. An interrupted run leaves `PATH.partial` and `PATH.checkpoint`; the next goes on from there
 * and ends with the same bytes. Memory: three batches of images and 4 bytes an image for its label.
 * @throws InputError at an image that can't be read, decoded or fitted; what was done by then stays done
 */
export async function writeImageFeatures(
  session: ModelSession<ImageModelDescriptor>,
  dataset: DatasetReader,
  path: string,
  options: ImageFeatureOptions = {},
): Promise<WrittenFeatures> {
  return alone(`${path}.lock`, path, () => write(session, dataset, path, options))
}

async function write(
  session: ModelSession<ImageModelDescriptor>,
  dataset: DatasetReader,
  path: string,
  options: ImageFeatureOptions,
): Promise<WrittenFeatures> {
  const { batch, progress = silent, labels: labelPath, every = 20_000, skipUnreadable = false } = options
  const { sha256, descriptor } = session.model
  const total = await imageCountOf(dataset)
  if (total === 0) await refuseEmpty(dataset)
  const key = JSON.stringify([2, sha256, descriptor, dataset.path, total, batch, skipUnreadable])
  const isSame = (checkpoint: Float64Array) => ImagesDone.areSame(dataset, checkpoint, skipUnreadable)
  const work = await UnfinishedRows.begin(path, key, descriptor.output.size, isSame)
  const { unreadable } = work
  const labels = new Int32Array(total)
  const pace = new SavingPace()
  /** images that were read, and rows that were written */
  let done = work.first
  let rows = done - unreadable.count
  const [firstRows, earlier] = [rows, done]
  progress.start(`${descriptor.name} on ${dataset.path}`, total, 'images')
  try {
    progress.update(done)
    let saved = done
    const range = { start: done, end: total }
    const wanted = { skipUnreadable, ...(batch && { batch }) }
    for await (const { features, identities, read, leftOut, digest } of datasetFeatures(
      session,
      dataset,
      range,
      wanted,
    )) {
      await work.rows.append(features)
      labels.set(identities, rows)
      for (const { index, where, reason } of leftOut) unreadable.add(index, where, reason)
      rows += identities.length
      done += read
      work.standing = ImagesDone.state(done, digest)
      progress.update(done)
      if (done - saved < every && !pace.due) continue
      await pace.save(() => work.save())
      saved = done
    }
  } catch (error) {
    await work.interrupt()
    throw error
  } finally {
    progress.stop()
  }
  if (labelPath !== undefined) {
    await labelImages(dataset, labels.subarray(0, firstRows), earlier, unreadable.places)
    await writeDurably(labelPath, encodeNpy({ type: '<i4', shape: [rows], data: labels.slice(0, rows) }))
  }
  await work.finish()
  return { images: rows, unreadable: unreadable.files }
}

/** @throws InputError the dataset's own where it gives one, which says why there are no images */
async function refuseEmpty(dataset: DatasetReader): Promise<void> {
  for await (const _ of dataset.records()) break
  throw new InputError('the dataset holds no images', dataset.path, 'name a dataset with images')
}

/** The identities of a dataset's first images, those at some places left out. */
async function labelImages(
  dataset: DatasetReader,
  labels: Int32Array,
  images: number,
  leftOut: readonly number[],
): Promise<void> {
  if (labels.length === 0) return
  const out = new Set(leftOut)
  let image = 0
  let row = 0
  for await (const { identity } of dataset.records({ keepUnreadable: out.size > 0 })) {
    if (!out.has(image)) labels[row++] = identity
    if (++image === images) return
  }
}

/** Rows in the making, and beside them how many are safe. */
class UnfinishedRows {
  /** which images it is done with; undefined before the first */
  standing: Float64Array | undefined

  private constructor(
    private readonly path: string,
    private readonly key: string,
    /** images that an earlier run was done with */
    readonly first: number,
    readonly unreadable: UnreadableImages,
    readonly rows: NpyRowWriter,
  ) {}

  /**
   * @param key what the rows belong to: those of something else are not gone on with
   * @param isSame whether the images of a checkpoint are the dataset's
   */
  static async begin(
    path: string,
    key: string,
    columns: number,
    isSame: (checkpoint: Float64Array) => Promise<boolean>,
  ): Promise<UnfinishedRows> {
    const found = await readCheckpoint(checkpointOf(path), key)
    const unreadable = new UnreadableImages()
    if (found === undefined || !(await exists(partialOf(path))) || !(await isSame(found)))
      return new UnfinishedRows(path, key, 0, unreadable, await NpyRowWriter.create(partialOf(path), columns))
    const [done] = found
    unreadable.restore(found.subarray(ImagesDone.NUMBERS))
    const rows = await NpyRowWriter.resume(partialOf(path), columns, done - unreadable.count)
    return new UnfinishedRows(path, key, done, unreadable, rows)
  }

  async save(): Promise<void> {
    if (this.standing === undefined) return
    await this.rows.sync()
    await writeCheckpoint(checkpointOf(this.path), this.key, [this.standing, this.unreadable.state()])
  }

  /** Keeps what there is, if the disk still takes it. */
  async interrupt(): Promise<void> {
    await this.save().catch(() => {})
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
