import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createCacheFolder } from '../bytes/cache-folder.js'
import { writeDurably } from '../bytes/files.js'
import { sha256 } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { type FeatureStatistics, StreamingMoments } from '../linear-algebra/streaming-moments.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { type Progress, silent } from '../progress.js'
import { featureKey } from './cache.js'
import type { ImageSource } from './extraction.js'
import {
  encodeFeatureStatistics,
  encodeMomentsCheckpoint,
  readFeatureStatistics,
  readMomentsCheckpoint,
} from './feature-statistics.js'
import { inferInOrder } from './parallel-inference.js'
import { SavingPace } from './saving-pace.js'

export interface StreamingOptions {
  readonly batch?: number
  /** where statistics are kept, whole and interrupted ones */
  readonly folder?: string
  /** images between two checkpoints, 2,000; there is one every half minute besides */
  readonly every?: number
  readonly progress?: Progress
}

/** What a file holds; undefined where there is none, or it is damaged: then it is made again. */
async function found<T>(path: string, read: (path: string) => Promise<T>): Promise<T | undefined> {
  try {
    return await read(path)
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

async function continued(path: string, source: string): Promise<StreamingMoments | undefined> {
  const checkpoint = await found(path, readMomentsCheckpoint)
  return checkpoint?.source === source ? StreamingMoments.resume(checkpoint.state) : undefined
}

/**
 * Mean and covariance of a network's features over images, without keeping the features: memory does not grow with
 * the images. With a folder, what was measured once is not measured again, and an interrupted run is gone on with from its
 * last checkpoint, to the same last digit.
 *
 * @throws InputError at an image that can't be read, decoded or fitted
 */
export async function streamStatistics(
  session: ModelSession<ImageModelDescriptor>,
  source: ImageSource,
  options: StreamingOptions = {},
): Promise<FeatureStatistics> {
  const { progress = silent, every = 2000 } = options
  const total = source.imageCount
  if (total === 0) throw new InputError('there is no image', source.name, 'check the path')
  const key = sha256(JSON.stringify(featureKey(session.model, source.fingerprint, false, session.provider)))
  const { folder } = options
  const whole = folder && join(folder, `${key}.npz`)
  const part = folder && join(folder, `${key}.part.npz`)
  const known = whole && (await found(whole, readFeatureStatistics))
  if (known) return known
  const moments =
    (part && (await continued(part, key))) || new StreamingMoments(session.model.descriptor.output.size)
  const read = async (index: number) => ({
    image: await source.read(index),
    where: source.imageName(index),
  })
  const pace = new SavingPace()
  let saved = moments.images
  progress.start(`${session.model.descriptor.name} on ${source.name}`, total, 'images')
  try {
    const batches = inferInOrder(
      session,
      read,
      { start: moments.images, end: total },
      {
        plain: true,
        mirrored: false,
        ...(options.batch !== undefined && { batch: options.batch }),
      },
    )
    for await (const { count, start, plain = new Float32Array(0) } of batches) {
      const columns = moments.dimensions
      await moments.add(
        { rows: count, columns, data: plain },
        `${source.name} from ${source.imageName(start)}`,
      )
      progress.update(moments.images)
      if (part && (pace.due || moments.images - saved >= every) && moments.images < total) {
        const state = moments.state()
        await pace.save(() => save(part, encodeMomentsCheckpoint({ state, total, source: key })))
        saved = moments.images
      }
    }
  } finally {
    progress.stop()
  }
  const statistics = await moments.statistics(source.name)
  if (whole && part) {
    await save(whole, encodeFeatureStatistics(statistics))
    await rm(part, { force: true })
  }
  return statistics
}

async function save(path: string, bytes: Uint8Array): Promise<void> {
  await createCacheFolder(dirname(path))
  await writeDurably(path, bytes)
}
