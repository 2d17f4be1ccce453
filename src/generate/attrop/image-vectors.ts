import type { RuntimeOptions } from '../../onnx/runtime.js'
import { vec2face } from '../families/vec2face.js'
import type { GenerationPlan } from '../generation-plan.js'
import type { ImageKey } from '../image-key.js'
import type { Masking } from '../masks.js'
import { Attrop } from './attrop.js'
import type { AttropPlan } from './attrop-plan.js'
import { filled, filledRows } from './batch-rows.js'
import type { AttropModels } from './loss-graph.js'
import { type AttropCounts, addCounts, countOutcomes, NO_COUNTS } from './outcome-counts.js'
import { stepMasks } from './step-masks.js'
import { yawTargetsOf } from './yaw-targets.js'

/**
 * Moves the perturbed vectors of a run's images, a batch of the plan's at a time: what it asks of an image, and what
 * comes of it, depends on the image's identity and number only.
 */
export class ImageVectors {
  #counts = NO_COUNTS

  private constructor(
    private readonly attrop: Attrop,
    private readonly plan: GenerationPlan,
    private readonly asked: AttropPlan,
    private readonly masking: Masking | undefined,
  ) {}

  /** @throws InputError where the networks don't fit together, or one can't be differentiated */
  static async open(
    models: AttropModels,
    plan: GenerationPlan,
    asked: AttropPlan,
    options: RuntimeOptions,
  ): Promise<ImageVectors> {
    const { key, schema } = vec2face.record
    const masking = plan[key] === undefined ? undefined : schema.parse(plan[key])
    const attrop = await Attrop.open(models, asked.settings, plan.batch, options)
    return new ImageVectors(attrop, plan, asked, masking)
  }

  /**
   * Moves the first rows of a batch in place.
   * @param vectors `batch * width` numbers: the perturbed vectors of the images
   * @param identities their identity vectors, `keys.length * width` numbers: the features that the images keep
   */
  async move(keys: readonly ImageKey[], vectors: Float32Array, identities: Float32Array): Promise<void> {
    const { seed, batch } = this.plan
    const columns = this.plan.identities.width
    const rows = keys.length
    const whole = (data: Float32Array) => filledRows({ columns, data }, 0, rows, batch)
    const moved = whole(vectors)
    const places = filled(keys, batch)
    const { yaw, masks } = this.asked.settings
    const outcomes = await this.attrop.run(
      {
        rows,
        vectors: moved,
        targets: whole(identities),
        ...(yaw && { yaws: yawTargetsOf(yaw, seed, places) }),
        masks: stepMasks(this.masking, seed, places, masks),
      },
      true,
    )
    vectors.set(moved.subarray(0, rows * columns))
    this.#counts = addCounts(this.#counts, countOutcomes(outcomes))
  }

  /** How the images since the last call ended. */
  takeCounts(): AttropCounts {
    const counts = this.#counts
    this.#counts = NO_COUNTS
    return counts
  }

  async close(): Promise<void> {
    await this.attrop.close()
  }
}
