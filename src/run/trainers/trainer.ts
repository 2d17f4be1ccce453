import type { Curve } from '../../results/schema.js'
import type { DatasetReading } from '../sources.js'
import type { Work } from '../stages/stage.js'

/** A training dataset on disk. */
export interface TrainedOn {
  readonly path: string
  readonly reading?: DatasetReading
  readonly identities: number
  readonly images: number
}

/** What a trainer leaves in its folder. */
export interface TrainerOutcome {
  /** the ONNX file's name in the folder; its descriptor lies beside it */
  readonly name: string
  /** losses as it went */
  readonly curves?: readonly Curve[]
  /** what a reader of the numbers must know, a sentence each */
  readonly notes?: readonly string[]
}

/** Makes recognisers out of datasets. */
export interface Trainer {
  /** everything that decides the weights, beside dataset and seed: JSON */
  readonly recipe: unknown
  /** @param images of the dataset */
  work(images: number): Work
  /**
   * Called again after it was killed, with the same folder, it goes on where it can.
   * @throws InputError where there is no recogniser in the end
   */
  train(
    dataset: TrainedOn,
    job: { readonly folder: string; readonly title: string; readonly seed: number },
  ): Promise<TrainerOutcome>
}
