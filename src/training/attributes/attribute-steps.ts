import type { WeightTensors } from '../../networks/weights.js'
import { type RuntimeOptions, runtimeTensor } from '../../onnx/runtime.js'
import type { Batch } from '../batch-maker.js'
import { BatchOrder } from '../batch-order.js'
import type { Parameters } from '../parameters.js'
import { type RunLength, rateOf } from '../run-length.js'
import { takeStatistics } from '../running-statistics.js'
import { stepNetwork } from '../step-network.js'
import type { Measured, TrainingSteps } from '../training-run.js'
import { type OpenedAttributeStep, openAttributeStep, PORTS } from './attribute-step.js'
import type { Wanted } from './attribute-table.js'
import type { AttributesSpec } from './attributes-spec.js'

/** What steps are taken with. */
export interface AttributeTask {
  readonly spec: AttributesSpec
  readonly weights: WeightTensors
  readonly parameters: Parameters
  readonly wanted: Wanted
  readonly length: RunLength
  readonly session: RuntimeOptions
}

/** Takes the steps of an attribute network: each a function of its weights, the batch and the number of the step. */
export class AttributeSteps implements TrainingSteps {
  readonly #order: BatchOrder

  private constructor(
    private readonly task: AttributeTask,
    private readonly opened: OpenedAttributeStep,
  ) {
    const { spec, wanted } = task
    this.#order = new BatchOrder(wanted.values.length / wanted.columns.length, spec.batch, spec.seed)
  }

  /** @throws InputError */
  static async open(task: AttributeTask): Promise<AttributeSteps> {
    const { spec, weights, parameters, wanted, session } = task
    const { length: columns } = wanted.columns
    return new AttributeSteps(task, await openAttributeStep(spec, weights, parameters, columns, session))
  }

  async take({ images }: Batch, step: number): Promise<Measured> {
    const { spec, parameters, length } = this.task
    const { image, statistics, batchStatistics } = this.opened
    const { loss, error } = await this.opened.step.run({
      [image.name]: runtimeTensor('float32', images, image.shape),
      [PORTS.wanted]: this.#wantedOf(step),
    })
    const rate = rateOf(spec, length, step)
    if (!Number.isFinite(loss)) return { loss, error, rate }
    stepNetwork(parameters, spec.optimiser, { taken: step + 1, rate, clip: spec.clip })
    const of = (name: string) => batchStatistics.get(name) ?? new Float32Array(0)
    takeStatistics(parameters, statistics, of, spec.statisticsMomentum)
    return { loss, error, rate }
  }

  close(): Promise<void> {
    return this.opened.step.close()
  }

  /** The rows of the images that the batch of a step has. */
  #wantedOf(step: number) {
    const { values, columns } = this.task.wanted
    const width = columns.length
    const chosen = this.#order.imagesOf(step)
    const rows = new Float32Array(chosen.length * width)
    for (const [place, image] of chosen.entries())
      rows.set(values.subarray(image * width, (image + 1) * width), place * width)
    return runtimeTensor('float32', rows, [chosen.length, width])
  }
}
