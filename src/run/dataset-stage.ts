import type { Model } from '../models/model.js'
import type { GenerateSpec } from './dataset-spec.js'
import { type GenerationOptions, imagesStage, type MadeImages } from './stages/images.js'
import type { Stage } from './stages/stage.js'
import { vectorsStage } from './stages/vectors.js'

/** What a spec's recipe is made with. */
export interface DatasetInputs {
  /** what the dataset is called, for progress */
  readonly title: string
  readonly seed: number
  readonly generator: Model
  /** `.npy` of the features that vectors are drawn like */
  readonly identityFeatures: { readonly path: string; readonly sha256: string }
  /** a network that the generator is helped by, by its id */
  network(id: string): Model
}

/**
 * How the dataset of a spec is made: vectors drawn like the identity features, images from the generator. Both lie in
 * the cache under the hash of all that decides them, so that a second run finds them, and an interrupted one goes on.
 */
export function datasetStage(
  spec: GenerateSpec,
  inputs: DatasetInputs,
  options: GenerationOptions,
): Stage<MadeImages> {
  const { title, seed, identityFeatures: features } = inputs
  const vectors = vectorsStage(spec, { title, features, seed }, options)
  return imagesStage(spec, vectors, inputs, options)
}
