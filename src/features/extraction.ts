import { InputError } from '../errors.js'
import type { EncodedImage, RawPixels } from '../images/image.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { type Progress, silent } from '../progress.js'
import { type FeatureCache, featureKey, type GrowingEntry } from './cache.js'
import type { NamedImage } from './inference.js'
import { inferInOrder } from './parallel-inference.js'

/** Images that can be read in any order; a test set is one. */
export interface ImageSource {
  readonly name: string
  readonly imageCount: number
  /** SHA-256 of all that could change a feature */
  readonly fingerprint: string
  imageName(index: number): string
  read(index: number): Promise<EncodedImage | RawPixels>
}

export interface ExtractionOptions {
  /** whether the mirrored images' features are wanted too */
  readonly mirrored: boolean
  readonly batch?: number
  readonly cache?: FeatureCache
  readonly progress?: Progress
}

export interface ExtractedFeatures {
  readonly images: number
  readonly size: number
  /** `images * size` numbers, row after row */
  readonly plain: Float32Array
  readonly mirrored?: Float32Array
  /** rows that came from the cache, of both kinds together */
  readonly fromCache: number
  /** seconds spent on the rest */
  readonly seconds: number
}

/** One kind of features (plain or mirrored) on its way: found whole, or growing. */
interface Track {
  readonly rows: Float32Array
  readonly entry: GrowingEntry | undefined
  done: number
}

/**
 * The features of all images of a source. What the cache holds is not computed again; what an interrupted run had
 * computed is continued. Memory: the features, three batches of images.
 *
 * @throws InputError at an image that can't be read, decoded or fitted; what was computed until then stays in the cache
 */
export async function extractFeatures(
  session: ModelSession<ImageModelDescriptor>,
  source: ImageSource,
  options: ExtractionOptions,
): Promise<ExtractedFeatures> {
  const size = session.model.descriptor.output.size
  const progress = options.progress ?? silent
  const plain = await openTrack(session, source, false, options.cache)
  const mirrored = options.mirrored ? await openTrack(session, source, true, options.cache) : undefined
  const tracks = mirrored === undefined ? [plain] : [plain, mirrored]
  const fromCache = tracks.reduce((sum, track) => sum + track.done, 0)
  const read = async (index: number): Promise<NamedImage> => ({
    image: await source.read(index),
    where: source.imageName(index),
  })
  const started = performance.now()
  const start = Math.min(...tracks.map((track) => track.done))
  if (start < source.imageCount)
    progress.start(`${session.model.descriptor.name} on ${source.name}`, source.imageCount, 'images')
  try {
    const wanted = {
      plain: plain.done < source.imageCount,
      mirrored: (mirrored?.done ?? Infinity) < source.imageCount,
    }
    for await (const rows of inferInOrder(
      session,
      read,
      { start, end: source.imageCount },
      {
        ...wanted,
        ...(options.batch !== undefined && { batch: options.batch }),
      },
    )) {
      const end = rows.start + rows.count
      if (rows.plain !== undefined) await advance(plain, rows.plain, rows.start, end, size)
      if (rows.mirrored !== undefined && mirrored !== undefined) {
        await advance(mirrored, rows.mirrored, rows.start, end, size)
      }
      progress.update(end)
    }
    for (const track of tracks) await track.entry?.finish(track.rows)
  } finally {
    progress.stop()
    for (const track of tracks) await track.entry?.abandon()
  }
  return {
    images: source.imageCount,
    size,
    plain: plain.rows,
    ...(mirrored !== undefined && { mirrored: mirrored.rows }),
    fromCache,
    seconds: (performance.now() - started) / 1000,
  }
}

async function openTrack(
  session: ModelSession<ImageModelDescriptor>,
  source: ImageSource,
  mirrored: boolean,
  cache: FeatureCache | undefined,
): Promise<Track> {
  const images = source.imageCount
  const size = session.model.descriptor.output.size
  if (images === 0) throw new InputError('there is no image', source.name, 'check the path')
  const key = featureKey(session.model, source.fingerprint, mirrored, session.provider)
  const cached = await cache?.load(key, images, size)
  if (cached !== undefined) return { rows: cached, entry: undefined, done: images }
  const entry = await cache?.append(key, size)
  const rows = new Float32Array(images * size)
  const resumed = entry?.resumed.subarray(0, images * size) ?? new Float32Array(0)
  rows.set(resumed)
  return { rows, entry, done: resumed.length / size }
}

/** Takes rows `start .. end`, of which those before `track.done` are already there. */
async function advance(
  track: Track,
  rows: Float32Array,
  start: number,
  end: number,
  size: number,
): Promise<void> {
  if (end <= track.done) return
  const fresh = rows.subarray((track.done - start) * size)
  track.rows.set(fresh, track.done * size)
  await track.entry?.write(fresh)
  track.done = end
}
