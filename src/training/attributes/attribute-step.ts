import type { WeightTensors } from '../../networks/weights.js'
import { GraphBuilder } from '../../onnx/graph-builder.js'
import type { RuntimeOptions } from '../../onnx/runtime.js'
import { type BoundArray, BoundStep } from '../bound-step.js'
import type { Parameters } from '../parameters.js'
import { stepForm } from '../step-form.js'
import { type NormStatistics, toTrainingForm } from '../training-form.js'
import { aimOf } from './aims.js'
import { buildAttributeNetwork } from './attribute-network.js'
import type { AttributesSpec } from './attributes-spec.js'

/** Names of the graph's ports. */
export const PORTS = { wanted: 'wanted', loss: 'loss', error: 'error' } as const

/** A step's graph with its arrays. */
export interface OpenedAttributeStep {
  readonly step: BoundStep
  /** the input of the images, [batch, 3, height, width] */
  readonly image: { readonly name: string; readonly shape: readonly number[] }
  readonly statistics: readonly NormStatistics[]
  /** what the statistics name, of the last batch */
  readonly batchStatistics: ReadonlyMap<string, Float32Array>
}

/**
 * Opens the graph of a step: the network in training, its loss, the gradients of all weights. Weights are read from the
 * parameters' arrays, and gradients written into them.
 *
 * @param columns numbers that an image is compared with @throws InputError
 */
export async function openAttributeStep(
  spec: AttributesSpec,
  weights: WeightTensors,
  parameters: Parameters,
  columns: number,
  options: RuntimeOptions,
): Promise<OpenedAttributeStep> {
  const { batch } = spec
  const { graph, readout, description } = buildAttributeNetwork(spec, weights, 'the network in training')
  const image = graph.inputs[0].name
  const statistics = toTrainingForm(graph, batch)
  graph.outputs = []
  const g = new GraphBuilder('float32', graph)
  const wanted = g.input(PORTS.wanted, 'float32', [batch, columns])
  const { loss, error } = aimOf(spec).judge(g, readout, wanted)
  g.output(PORTS.loss, loss, [])
  g.output(PORTS.error, error, [])
  const batchStatistics = new Map<string, Float32Array>()
  const outputs = new Map<string, BoundArray>()
  for (const { mean, variance, runningMean } of statistics) {
    for (const name of [mean, variance]) {
      const values = new Float32Array(parameters.other(runningMean).length)
      graph.outputs.push({ name, type: 'float32', shape: [values.length] })
      outputs.set(name, { values, shape: [values.length] })
      batchStatistics.set(name, values)
    }
  }
  const {
    graph: step,
    gradients,
    shapes,
  } = await stepForm(graph, { loss: PORTS.loss, batch }, parameters, options)
  const inputs = new Map<string, BoundArray>()
  for (const { name, values, gradient: into } of parameters.trained) {
    const shape = shapes[name]
    inputs.set(name, { values, shape })
    outputs.set(gradients[name], { values: into, shape })
  }
  const { size = [112, 112] } = description.input as { size?: [number, number] }
  return {
    step: await BoundStep.open(step, { inputs, outputs, losses: [PORTS.loss, PORTS.error] }, options),
    image: { name: image, shape: [batch, 3, ...size] },
    statistics,
    batchStatistics,
  }
}
