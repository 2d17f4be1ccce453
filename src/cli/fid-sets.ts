import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../errors.js'
import { FeatureCache } from '../features/cache.js'
import { extractFeatures } from '../features/extraction.js'
import { type FeatureSet, openFeatureFile } from '../features/feature-set.js'
import { openImageSet } from '../features/open-image-set.js'
import { streamStatistics } from '../features/streamed-statistics.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import { loadModel, requireRole } from '../models/model.js'
import { ModelSession, type SessionOptions } from '../models/session.js'
import type { Progress } from '../progress.js'
import {
  type DatasetFlags,
  datasetOptions,
  type LeftOut,
  leftOutJson,
  logLeftOut,
} from './dataset-options.js'
import { log } from './output.js'

/** How features of images are computed and kept. */
export interface ImageFeatureFlags extends DatasetFlags {
  /** images a call */
  readonly batch?: number
  /** folder of features and statistics computed before; false where nothing is kept */
  readonly cache: string | false
}

/** The network that gives images their features, opened when it is first needed. @throws InputError where it has another role */
export async function openFeatureModel(
  path: string,
  options: SessionOptions,
): Promise<ModelSession<ImageModelDescriptor>> {
  const model = requireRole(await loadModel(path), 'features', 'recogniser', 'quality', 'pose')
  return ModelSession.deferred(model, options)
}

/** Opens a set for `metrics fid`: a file of features or statistics, or images, which need a session. @throws InputError */
export async function openFidSet(
  path: string,
  session: ModelSession<ImageModelDescriptor> | undefined,
  flags: ImageFeatureFlags,
  progress: Progress,
): Promise<FeatureSet> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const isFile = /\.(npy|npz(:.*)?|csv|tsv|txt)$/i.test(path) && !isFolder
  if (isFile || (session === undefined && !isFolder)) return openFeatureFile(path, log)
  if (session === undefined) {
    throw new InputError('a folder of images needs a feature model', path, 'add --model FILE.onnx')
  }
  return imageFeatures(path, session, flags, progress)
}

/** The features of images. They are kept in memory only where more than mean and covariance is asked for. */
function imageFeatures(
  path: string,
  session: ModelSession<ImageModelDescriptor>,
  flags: ImageFeatureFlags,
  progress: Progress,
): FeatureSet {
  const { batch, cache } = flags
  let leftOut: LeftOut = {}
  const open = async () => {
    const images = await openImageSet(path, datasetOptions(flags))
    const { passedOver, unreadable } = images
    leftOut = { passedOver, unreadable }
    logLeftOut(path, leftOut)
    return images
  }
  const sized = batch !== undefined && { batch }
  return {
    name: path,
    leftOut: () => leftOutJson(leftOut),
    async statistics() {
      const images = await open()
      try {
        const kept = cache !== false && { folder: join(cache, 'statistics') }
        return await streamStatistics(session, images, { progress, ...sized, ...kept })
      } finally {
        await images.close()
      }
    },
    async features() {
      const images = await open()
      try {
        const kept = cache !== false && { cache: new FeatureCache(join(cache, 'features'), log) }
        const options = { mirrored: false, progress, ...sized, ...kept }
        const { plain, size } = await extractFeatures(session, images, options)
        return { rows: images.imageCount, columns: size, data: plain }
      } finally {
        await images.close()
      }
    },
  }
}
