import type { RuntimeOptions } from '../onnx/runtime.js'
import type { Batch } from './batch-maker.js'
import { dropoutFactors } from './dropout.js'
import { optimiserOf } from './optimisers/list.js'
import { clippingFactor, squaredLength, stepParameters } from './parameters.js'
import type { RecogniserSpec } from './recogniser-spec.js'
import { freshWeights, type RecogniserState } from './recogniser-state.js'
import { type RunLength, rateOf } from './run-length.js'
import { takeStatistics } from './running-statistics.js'
import type { Measured, TrainingSteps } from './training-run.js'
import { TrainingStep } from './training-step.js'

/** Takes a recogniser's steps: each a function of the state, the batch and the number of the step. */
export class RecogniserSteps implements TrainingSteps {
  private constructor(
    private readonly spec: RecogniserSpec,
    private readonly state: RecogniserState,
    private readonly length: RunLength,
    private readonly graph: TrainingStep,
  ) {}

  static async open(
    spec: RecogniserSpec,
    state: RecogniserState,
    length: RunLength,
    options: RuntimeOptions,
  ): Promise<RecogniserSteps> {
    const { parameters, centres } = state
    return new RecogniserSteps(
      spec,
      state,
      length,
      await TrainingStep.open(spec, freshWeights(spec), parameters, centres.gradient, options),
    )
  }

  async take({ images, labels }: Batch, step: number): Promise<Measured> {
    const { spec, graph, length } = this
    const rate = rateOf(spec, length, step)
    const { parameters, centres } = this.state
    const sample = centres.sample(labels, step)
    const width = graph.dropoutWidth
    const { seed, batch, network } = spec
    const output = await graph.run({
      images,
      sample,
      ...(width !== undefined && { dropout: dropoutFactors(batch * width, network.dropout, seed, step) }),
    })
    const measured = { loss: output.loss, accuracy: output.accuracy, rate }
    if (!Number.isFinite(output.loss)) return measured
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
    const { statistics } = graph
    takeStatistics(parameters, statistics, (name) => graph.statistic(name), spec.statisticsMomentum)
    return measured
  }

  close(): Promise<void> {
    return this.graph.close()
  }
}
