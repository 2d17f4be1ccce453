import type { Matrix } from '../arrays/matrix.js'
import type { DatasetRecord } from '../datasets/dataset.js'
import type { GenerationPlan } from '../generate/generation-plan.js'
import type { FeatureStatistics } from '../linear-algebra/streaming-moments.js'
import type { TimedPipeline } from '../models/pipeline.js'
import type { FeatureRows } from '../products/index.js'
import type { Progress } from '../progress.js'

/** Shows how many of the pairs have been compared while a search goes on. */
export async function countingPairs<T>(
  progress: Progress,
  label: string,
  pairs: number,
  search: (onPairs: (done: number) => void) => Promise<T>,
): Promise<T> {
  progress.start(label, pairs, 'pairs')
  try {
    return await search((done) => progress.update(done))
  } finally {
    progress.stop()
  }
}

/** Features of a dataset's images, some thousand rows at a time, with the identities that they belong to. */
export interface LabelledChunks {
  readonly rows: number
  readonly columns: number
  chunks(): AsyncIterable<{ readonly features: FeatureRows; readonly labels: Int32Array }>
  close(): Promise<void>
}

/** What a dataset was generated from. */
export interface Generation {
  readonly plan: GenerationPlan
  /** identity vectors, one a row, in memory */
  readonly vectors: FeatureRows
}

/**
 * What is measured: a dataset as the networks see it. Everything comes from one cache: what one measurement had computed,
 * or an earlier run, isn't computed again. Models and references go by the ids of the options.
 */
export interface Subject {
  /** what messages and captions call it */
  readonly name: string
  /** whether pictures of its faces may be shown: rendered ones may, and one's own where they stay with their owner */
  readonly showsFaces: boolean
  readonly seed: number
  readonly progress: Progress
  /** one row an identity: the mean feature of its images. @throws InputError where a row has no direction */
  identityFeatures(model: string): Promise<FeatureRows>
  /** one row an image, streamed. The caller closes it */
  imageFeatures(model: string): Promise<LabelledChunks>
  /** features of the first images, in memory: 4 bytes a number */
  sample(model: string, images: number): Promise<Matrix>
  /** mean and covariance over the first images, in eight groups of consecutive ones; in one where they are few */
  statistics(model: string, images: number): Promise<FeatureStatistics[]>
  /** what a network says of each image (quality; yaw, pitch and roll), and `brightness` where no model is named */
  columns(model?: string): Promise<ReadonlyMap<string, Float64Array>>
  /** what a distance over the features of this model is called: `FID` over the official Inception only */
  distanceName(model: string): string
  records(): AsyncIterable<DatasetRecord>
  reference(id: string): Subject
  /** @throws InputError where it is not the folder of a generation, or its vectors are gone */
  generation(): Promise<Generation>
  /** the generator, or the pipeline of that id, ready to be timed. The caller closes it */
  generator(batch: number, pipeline?: string): Promise<TimedPipeline>
  /** the most bytes of a process that makes two batches with it alone */
  peakMemory(batch: number, pipeline?: string): Promise<number>
}
