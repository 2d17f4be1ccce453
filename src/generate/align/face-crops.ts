import { alignedCrop } from '../../faces/aligned-crop.js'
import { chooseFace } from '../../faces/choose-face.js'
import { FaceDetector } from '../../faces/face-detector.js'
import type { RawPixels } from '../../images/image.js'
import type { DetectorDescriptor } from '../../models/descriptor.js'
import type { Model } from '../../models/model.js'
import type { SessionOptions } from '../../models/session.js'
import { type AlignCounts, addAlignCounts, NOTHING_ALIGNED } from './align-counts.js'
import type { AlignPlan } from './align-plan.js'

/** Crops faces from generated photographs as ArcFace's training data were aligned, and counts how it went. */
export class FaceCrops {
  #counts = NOTHING_ALIGNED

  private constructor(
    readonly plan: AlignPlan,
    private readonly detector: FaceDetector,
  ) {}

  /** @throws InputError where the detector can't be run */
  static async open(
    model: Model<DetectorDescriptor>,
    plan: AlignPlan,
    options: SessionOptions,
  ): Promise<FaceCrops> {
    return new FaceCrops(plan, await FaceDetector.open(model, {}, options))
  }

  /**
   * The face of a photograph; undefined where it shows none.
   * @param attempt how many photographs of the image there were before @throws InputError where the detector fails
   */
  async crop(photograph: RawPixels, attempt: number, name: string): Promise<RawPixels | undefined> {
    const face = chooseFace(await this.detector.detect(photograph), this.plan.face, photograph)
    const found = face !== undefined
    this.#counts = addAlignCounts(this.#counts, {
      aligned: found ? 1 : 0,
      drawnAgain: found && attempt > 0 ? 1 : 0,
      withoutFace: found ? 0 : 1,
    })
    return face && alignedCrop(photograph, face.points, this.plan.size, name)
  }

  /** What was counted since the last time. */
  takeCounts(): AlignCounts {
    const counts = this.#counts
    this.#counts = NOTHING_ALIGNED
    return counts
  }

  close(): Promise<void> {
    return this.detector.close()
  }
}
