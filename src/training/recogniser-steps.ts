import { InputError } from '../errors.js'
import type { RuntimeOptions } from '../onnx/runtime.js'
import type { Batch } from './batch-maker.js'
import { dropoutFactors } from './dropout.js'
import { optimiserOf } from './optimisers/list.js'
import { clippingFactor, squaredLength, stepParameters } from './parameters.js'
import type { RecogniserSpec } from './recogniser-spec.js'
import { freshWeights, type RecogniserState } from './recogniser-state.js'
import { rateFactor } from './schedules/list.js'
import { type StepOutput, TrainingStep } from './training-step.js'

/** How long a run is, in steps and in the unit of its spec. */
export interface RunLength {
  readonly steps: number
  readonly stepsPerEpoch: number
}

/** @throws InputError where the dataset fills no batch */
export function lengthOf(spec: RecogniserSpec, images: number, where: string): RunLength {
  const stepsPerEpoch = Math.floor(images / spec.batch)
  if (stepsPerEpoch === 0)
    throw new InputError(
      `${images} images fill no batch of ${spec.batch}`,
      where,
      'make batch smaller in the spec, or train on more images',
    )
  const steps = spec.steps ?? Math.max(1, Math.round((spec.epochs ?? 1) * stepsPerEpoch))
  return { steps, stepsPerEpoch }
}

/** The learning rate of a step. @param step from 0 on */
export function rateOf(spec: RecogniserSpec, { steps, stepsPerEpoch }: RunLength, step: number): number {
  const unit = spec.steps === undefined ? stepsPerEpoch : 1
  const moment = { now: step / unit, end: steps / unit, step: 1 / unit }
  return spec.optimiser.rate * rateFactor(spec.schedule, moment, spec.warmUp)
}

/** Takes a recogniser's steps: each a function of the state, the batch and the number of the step. */
export class RecogniserSteps {
  private constructor(
    private readonly spec: RecogniserSpec,
    private readonly state: RecogniserState,
    private readonly graph: TrainingStep,
  ) {}

  static async open(
    spec: RecogniserSpec,
    state: RecogniserState,
    options: RuntimeOptions,
  ): Promise<RecogniserSteps> {
    const { parameters, centres } = state
    return new RecogniserSteps(
      spec,
      state,
      await TrainingStep.open(spec, freshWeights(spec), parameters, centres.gradient, options),
    )
  }

  /**
   * @param step from 0 on
   * @param rate the learning rate
   * @returns the loss before the step; where it is no number, nothing was stepped
   */
  async take({ images, labels }: Batch, step: number, rate: number): Promise<StepOutput> {
    const { spec, graph } = this
    const { parameters, centres } = this.state
    const sample = centres.sample(labels, step)
    const width = graph.dropoutWidth
    const { seed, batch, network } = spec
    const output = await graph.run({
      images,
      sample,
      ...(width !== undefined && { dropout: dropoutFactors(batch * width, network.dropout, seed, step) }),
    })
    if (!Number.isFinite(output.loss)) return output
    const gradients = [...parameters.trained.map(({ gradient }) => gradient), centres.gradient]
    const gradientScale =
      spec.clip === undefined ? 1 : clippingFactor(Math.sqrt(squaredLength(gradients)), spec.clip)
    const { weightDecay } = spec.optimiser
    const settings = { step: step + 1, rate, gradientScale, weightDecay }
    const optimiser = optimiserOf(spec.optimiser)
    stepParameters(
      parameters.trained,
      (stretch, each) => optimiser.step(stretch, each, spec.optimiser),
      settings,
    )
    centres.step(sample, optimiser, settings, spec.optimiser)
    this.#takeStatistics()
    return output
  }

  close(): Promise<void> {
    return this.graph.close()
  }

  /** Running statistics move towards those of the batch; the variance as that of a sample, as in PyTorch. */
  #takeStatistics(): void {
    const { parameters } = this.state
    const share = this.spec.statisticsMomentum
    for (const { runningMean, runningVariance, mean, variance, count } of this.graph.statistics) {
      const [means, variances] = [parameters.other(runningMean), parameters.other(runningVariance)]
      const [newMeans, newVariances] = [this.graph.statistic(mean), this.graph.statistic(variance)]
      const unbiased = count / Math.max(1, count - 1)
      for (let i = 0; i < means.length; i++) {
        means[i] += share * (newMeans[i] - means[i])
        variances[i] += share * (unbiased * newVariances[i] - variances[i])
      }
    }
  }
}
