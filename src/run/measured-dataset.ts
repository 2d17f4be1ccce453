import { join } from 'node:path'
import type { Matrix } from '../arrays/matrix.js'
import { encodeNpyHeader } from '../arrays/npy.js'
import { createCacheFolder } from '../bytes/cache-folder.js'
import { writeDurably } from '../bytes/files.js'
import { sha256 } from '../bytes/hashing.js'
import type { DatasetReader, DatasetRecord } from '../datasets/dataset.js'
import { openDataset } from '../datasets/open-dataset.js'
import { ReadableDataset } from '../datasets/readable-dataset.js'
import { FeatureCache, featureKey } from '../features/cache.js'
import { imageCountOf } from '../features/dataset-features.js'
import { extractFeatures } from '../features/extraction.js'
import { readFeatures } from '../features/feature-file.js'
import { firstImages, groupStatistics } from '../features/grouped-statistics.js'
import { identityFeatures } from '../features/identity-features.js'
import { writeImageFeatures } from '../features/image-features.js'
import { brightnesses, imageMeasures } from '../features/image-measures.js'
import type { ImageSetOptions } from '../features/image-set.js'
import { openImageSet } from '../features/open-image-set.js'
import type { FeatureStatistics } from '../linear-algebra/streaming-moments.js'
import type { Generation, LabelledChunks, Subject } from '../measures/subject.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import { type Model, requireRole } from '../models/model.js'
import { peakMemory } from '../models/peak-memory.js'
import { openPipeline, type Pipeline, type TimedPipeline } from '../models/pipeline.js'
import { ModelSession, type RecordedSession } from '../models/session.js'
import { type FeatureRows, featureRows } from '../products/index.js'
import { type Progress, renamed } from '../progress.js'
import { readGeneration } from './generation.js'
import { isWhole, openLabelledRows } from './kept-features.js'
import { type LeftOutImages, leftOutImages } from './left-out-images.js'
import type { DatasetReading } from './sources.js'

/** What measurements of datasets share. */
export interface Laboratory {
  readonly session: RecordedSession
  readonly seed: number
  readonly progress: Progress
  readonly cacheFolder: string
  readonly log: (line: string) => void
  model(id: string): Model
  /** a dataset to compare with, by its id */
  reference(id: string): MeasuredDataset
  /** the generator that made the dataset, or the pipeline of that id */
  pipeline(id: string | undefined): Pipeline
}

type ImageModel = Model<ImageModelDescriptor>

/** A dataset on disk as measurements see it. What networks make of it lies in the cache, by content. */
export class MeasuredDataset implements Subject {
  #dataset: Promise<DatasetReader> | undefined
  #leftOut: LeftOutImages | undefined
  #fingerprint: Promise<string> | undefined
  #generation: Promise<Generation> | undefined

  /** @param fingerprint where it is known without reading everything */
  constructor(
    private readonly path: string,
    readonly name: string,
    readonly showsFaces: boolean,
    private readonly laboratory: Laboratory,
    fingerprint?: string,
    private readonly reading: DatasetReading = {},
  ) {
    if (fingerprint !== undefined) this.#fingerprint = Promise.resolve(fingerprint)
  }

  get seed(): number {
    return this.laboratory.seed
  }

  /** Calls the dataset by its name: where it lies may be a folder of the cache. */
  get progress(): Progress {
    return renamed(this.laboratory.progress, this.path, this.name)
  }

  /** Identities and their images; the same reader always. @throws InputError */
  dataset(): Promise<DatasetReader> {
    this.#dataset ??= this.#open()
    return this.#dataset
  }

  async #open(): Promise<DatasetReader> {
    const whole = await openDataset(this.path, this.#options)
    return this.reading.skipUnreadable === true ? new ReadableDataset(whole) : whole
  }

  get #options(): ImageSetOptions {
    return { ...this.reading, note: this.laboratory.log }
  }

  /** What was passed over and left out when it was read for its hash. @throws InputError */
  async leftOut(): Promise<LeftOutImages | undefined> {
    await this.fingerprint()
    return this.#leftOut
  }

  /** A hash of everything in it; reads it whole, once. @throws InputError where an image can't be read */
  fingerprint(): Promise<string> {
    this.#fingerprint ??= this.#readFingerprint()
    return this.#fingerprint
  }

  async #readFingerprint(): Promise<string> {
    // A folder of images without identities is a reference, too.
    const set = await openImageSet(this.path, this.#options)
    await set.close()
    this.#leftOut = leftOutImages(set)
    return set.fingerprint
  }

  async identityFeatures(id: string): Promise<FeatureRows> {
    const model = requireRole(this.laboratory.model(id), 'recogniser')
    const file = await this.#file('identity-features', model)
    if (!(await isWhole(file, this.laboratory.log))) {
      const dataset = await this.dataset()
      await createCacheFolder(join(this.laboratory.cacheFolder, 'identity-features'))
      const { features } = await this.#withSession(model, (session) =>
        identityFeatures(session, dataset, {
          progress: this.progress,
          checkpoint: { path: `${file}.partial`, key: file },
        }),
      )
      const { rows, columns, data } = features
      const numbers = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      await writeDurably(file, [encodeNpyHeader('<f4', [rows, columns]), numbers])
    }
    return featureRows(await readFeatures(file), this.name)
  }

  async imageFeatures(id: string): Promise<LabelledChunks> {
    const model = requireImageModel(this.laboratory.model(id))
    const file = await this.#file('image-features', model)
    const dataset = await this.dataset()
    if (!(await isWhole(file, this.laboratory.log))) {
      await createCacheFolder(join(this.laboratory.cacheFolder, 'image-features'))
      await this.#withSession(model, (session) =>
        writeImageFeatures(session, dataset, file, { progress: this.progress }),
      )
    }
    return openLabelledRows(file, dataset, this.name)
  }

  async sample(id: string, images: number): Promise<Matrix> {
    const model = requireImageModel(this.laboratory.model(id))
    const { cacheFolder, log } = this.laboratory
    const set = await openImageSet(this.path, this.#options)
    try {
      const source = firstImages(set, images)
      const cache = new FeatureCache(join(cacheFolder, 'features'), log)
      const { plain, size } = await this.#withSession(model, (session) =>
        extractFeatures(session, source, { mirrored: false, cache, progress: this.progress }),
      )
      return { rows: source.imageCount, columns: size, data: plain }
    } finally {
      await set.close()
    }
  }

  async statistics(id: string, images: number): Promise<FeatureStatistics[]> {
    const model = requireImageModel(this.laboratory.model(id))
    const folder = join(this.laboratory.cacheFolder, 'statistics')
    const set = await openImageSet(this.path, this.#options)
    try {
      return await this.#withSession(model, (session) =>
        groupStatistics(session, set, images, { progress: this.progress, folder }),
      )
    } finally {
      await set.close()
    }
  }

  async columns(id?: string): Promise<ReadonlyMap<string, Float64Array>> {
    const dataset = await this.dataset()
    const images = await imageCountOf(dataset)
    if (id === undefined) return new Map([['brightness', await brightnesses(dataset, images)]])
    const model = requireRole(this.laboratory.model(id), 'quality', 'pose')
    return this.#withSession(model, (session) => imageMeasures(session, dataset, images))
  }

  distanceName(id: string): string {
    const { descriptor } = this.laboratory.model(id)
    return descriptor.role === 'features' ? descriptor.distanceName : 'Frechet distance'
  }

  async *records(): AsyncGenerator<DatasetRecord> {
    yield* (await this.dataset()).records()
  }

  /** What it was generated from, by the run that its folder holds. */
  generation(): Promise<Generation> {
    this.#generation ??= readGeneration(this.path)
    return this.#generation
  }

  reference(id: string): Subject {
    return this.laboratory.reference(id)
  }

  /** The hash of a dataset that it is compared with. */
  fingerprintOf(reference: string): Promise<string> {
    return this.laboratory.reference(reference).fingerprint()
  }

  generator(batch: number, pipeline?: string): Promise<TimedPipeline> {
    const { session, seed } = this.laboratory
    return openPipeline(this.laboratory.pipeline(pipeline), batch, { ...session, seed })
  }

  peakMemory(batch: number, pipeline?: string): Promise<number> {
    const { session: options } = this.laboratory
    return peakMemory({ pipeline: this.laboratory.pipeline(pipeline), batch, options })
  }

  async close(): Promise<void> {
    await (await this.#dataset?.catch(() => undefined))?.close()
  }

  async #withSession<M extends ImageModelDescriptor, T>(
    model: Model<M>,
    use: (session: ModelSession<M>) => Promise<T>,
  ): Promise<T> {
    const session = ModelSession.deferred(model, this.laboratory.session)
    return use(session).finally(() => session.close())
  }

  async #file(kind: string, model: ImageModel): Promise<string> {
    const { cacheFolder, session } = this.laboratory
    const key = featureKey(model, await this.fingerprint(), false, session.provider)
    return join(cacheFolder, kind, `${sha256(JSON.stringify(key))}.npy`)
  }
}

function requireImageModel(model: Model): ImageModel {
  return requireRole(model, 'features', 'recogniser', 'quality', 'pose')
}
