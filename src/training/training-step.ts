import { ARCHITECTURES, requireArchitecture } from '../networks/catalogue.js'
import { Weights, type WeightTensors } from '../networks/weights.js'
import type { Graph } from '../onnx/graph.js'
import { GraphBuilder } from '../onnx/graph-builder.js'
import { Runtime, type RuntimeOptions, runtimeTensor, type Tensors } from '../onnx/runtime.js'
import type { ClassSample } from './class-centres.js'
import { marginSoftmax } from './losses/margin-softmax.js'
import type { Parameters } from './parameters.js'
import type { RecogniserSpec } from './recogniser-spec.js'
import { SMALLER_BATCH } from './run-spec.js'
import { stepForm } from './step-form.js'
import { addDropout, type NormStatistics, toTrainingForm } from './training-form.js'

const PORTS = { centres: 'class_centres', own: 'own_class', dropout: 'dropout_factors' } as const

/** Builds the network of a spec around weights. */
export function buildNetwork(spec: Pick<RecogniserSpec, 'network'>, weights: WeightTensors, where: string) {
  const builder = new GraphBuilder()
  const named = new Weights(weights, where)
  const architecture = ARCHITECTURES[requireArchitecture(spec.network.architecture)]
  const description = architecture.build(builder, named, {})
  named.finish()
  return { graph: builder.graph, description }
}

/** What a step is told of its batch. */
export interface StepInput {
  /** [batch, 3, height, width] */
  readonly images: Float32Array
  readonly sample: ClassSample
  /** [batch, width], where numbers are left out */
  readonly dropout?: Float32Array
}

/** What it says. The gradients lie in the parameters' and the centres' own arrays. */
export interface StepOutput {
  readonly loss: number
  /** share of the batch whose feature lies nearest to its own class */
  readonly accuracy: number
}

/**
 * One step of a recogniser's training as one graph: network, margin softmax, and the gradients of all weights. Weights go in
 * as inputs and gradients come out into arrays that stay, so nothing is copied; what steps the weights is beside the graph,
 * in one pass over memory, where operators of a graph would take one each.
 */
export class TrainingStep {
  readonly #outputs: Record<string, ReturnType<typeof runtimeTensor>> = {}
  readonly #weights: Record<string, ReturnType<typeof runtimeTensor>> = {}

  private constructor(
    private readonly runtime: Runtime,
    private readonly names: StepNames,
    private readonly batch: number,
    private readonly inputShape: readonly number[],
    parameters: Parameters,
    centreGradient: Float32Array,
    private readonly featureSize: number,
  ) {
    for (const { name, values, gradient: into } of parameters.trained) {
      const shape = names.shapes[name]
      this.#weights[name] = runtimeTensor('float32', values, shape)
      this.#outputs[names.gradients[name]] = runtimeTensor('float32', into, shape)
    }
    const shape = [centreGradient.length / featureSize, featureSize]
    this.#outputs[names.gradients[PORTS.centres]] = runtimeTensor('float32', centreGradient, shape)
    this.#outputs[names.loss] = runtimeTensor('float32', new Float32Array(1), [])
    this.#outputs[names.nearest] = runtimeTensor('int64', new BigInt64Array(batch), [batch])
    for (const { mean, variance, runningMean } of names.statistics) {
      const channels = parameters.other(runningMean).length
      for (const name of [mean, variance])
        this.#outputs[name] = runtimeTensor('float32', new Float32Array(channels), [channels])
    }
  }

  static async open(
    spec: RecogniserSpec,
    weights: WeightTensors,
    parameters: Parameters,
    centreGradient: Float32Array,
    options: RuntimeOptions,
  ): Promise<TrainingStep> {
    const { batch, network } = spec
    const { graph, description } = buildNetwork(spec, weights, 'the network in training')
    const sampled = centreGradient.length / network.featureSize
    const { step, ...names } = await stepGraph(graph, spec, parameters, sampled, options)
    // Steps hold most of what they compute until their gradients: planned, that would be held twice.
    const runtime = await Runtime.open(step, { ...options, smaller: SMALLER_BATCH, plansMemory: false })
    const { size = [112, 112] } = description.input as { size?: [number, number] }
    return new TrainingStep(
      runtime,
      names,
      batch,
      [batch, 3, ...size],
      parameters,
      centreGradient,
      network.featureSize,
    )
  }

  /** Numbers before the last layer, of which a step may leave some out; undefined where it leaves out none. */
  get dropoutWidth(): number | undefined {
    return this.names.dropoutWidth
  }

  get statistics(): readonly NormStatistics[] {
    return this.names.statistics
  }

  /** The statistics of the last batch: a value that {@link statistics} names. */
  statistic(name: string): Float32Array {
    return this.#outputs[name].data as Float32Array
  }

  /** @throws InputError where the network can't be run */
  async run({ images, sample, dropout }: StepInput): Promise<StepOutput> {
    const { batch, names, featureSize } = this
    const inputs: Tensors = {
      ...this.#weights,
      [names.image]: runtimeTensor('float32', images, this.inputShape),
      [PORTS.centres]: runtimeTensor('float32', sample.centres, [
        sample.centres.length / featureSize,
        featureSize,
      ]),
      [PORTS.own]: runtimeTensor('int64', sample.own, [batch]),
      ...(dropout !== undefined &&
        names.dropoutWidth !== undefined && {
          [PORTS.dropout]: runtimeTensor('float32', dropout, [batch, names.dropoutWidth]),
        }),
    }
    const outputs = await this.runtime.run(inputs, this.#outputs)
    const nearest = outputs[names.nearest].data as BigInt64Array
    let right = 0
    for (let i = 0; i < batch; i++) if (nearest[i] === sample.own[i]) right++
    return { loss: (outputs[names.loss].data as Float32Array)[0], accuracy: right / batch }
  }

  close(): Promise<void> {
    return this.runtime.close()
  }
}

interface StepNames {
  readonly image: string
  readonly loss: string
  readonly nearest: string
  /** the output that holds the gradient of each weight and of the centres */
  readonly gradients: Readonly<Record<string, string>>
  /** of each weight in the graph, which may have axes that its checkpoint hasn't (PReLU's slopes) */
  readonly shapes: Readonly<Record<string, readonly number[]>>
  readonly statistics: readonly NormStatistics[]
  readonly dropoutWidth: number | undefined
}

/** The network as the graph of a step: weights are inputs; loss, gradients and statistics come out. */
async function stepGraph(
  graph: Graph,
  spec: RecogniserSpec,
  parameters: Parameters,
  sampled: number,
  options: RuntimeOptions,
): Promise<StepNames & { readonly step: Graph }> {
  const { batch, network } = spec
  const image = graph.inputs[0].name
  const feature = graph.outputs[0].name
  const statistics = toTrainingForm(graph, batch)
  const dropoutWidth = network.dropout > 0 ? addDropout(graph, PORTS.dropout, batch) : undefined
  const g = new GraphBuilder('float32', graph)
  const centres = g.input(PORTS.centres, 'float32', [sampled, network.featureSize])
  const own = g.input(PORTS.own, 'int64', [batch])
  const { loss, nearest } = marginSoftmax(g, feature, centres, own, spec.loss)
  graph.outputs = [
    { name: loss, type: 'float32', shape: [] },
    { name: nearest, type: 'int64', shape: [batch] },
    ...statistics.flatMap(({ mean, variance, runningMean }) =>
      [mean, variance].map((name) => ({
        name,
        type: 'float32' as const,
        shape: [parameters.other(runningMean).length],
      })),
    ),
  ]
  const { graph: step, ...form } = await stepForm(
    graph,
    { loss, batch, also: [centres] },
    parameters,
    options,
  )
  return { step, image, loss, nearest, ...form, statistics, dropoutWidth }
}
