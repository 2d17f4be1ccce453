import type { RuntimeOptions } from '../../onnx/runtime.js'
import { type BoundArray, BoundStep } from '../bound-step.js'
import type { Parameters } from '../parameters.js'
import { PREFIX, type StepNetworks } from './networks.js'
import { generatorStep, type StepRequest } from './step-graph.js'

/** The weights of the networks that are trained. */
export interface TrainedParameters {
  readonly generator: Parameters
  readonly discriminator?: Parameters | undefined
}

export interface OpenedStep {
  readonly step: BoundStep
  /** what takes the place of weights of the discriminator after the step */
  readonly next: ReadonlyMap<string, Float32Array>
}

/**
 * Opens the graph of a step, bound to the arrays of the parameters: weights are read from them, and gradients written.
 * @throws InputError
 */
export async function openStep(
  networks: StepNetworks,
  request: Omit<StepRequest, 'trained'>,
  { generator, discriminator }: TrainedParameters,
  options: RuntimeOptions,
): Promise<OpenedStep> {
  const names = (parameters: Parameters | undefined) => parameters?.trained.map(({ name }) => name) ?? []
  const trained = { generator: names(generator), discriminator: names(discriminator) }
  const { graph, gradients, losses, next: after } = generatorStep(networks, { ...request, trained })
  const shapes = new Map(graph.inputs.map(({ name, shape }) => [name, shape.map(Number)]))
  const inputs = new Map<string, BoundArray>()
  const outputs = new Map<string, BoundArray>()
  const next = new Map<string, Float32Array>()
  const bind = (prefix: string, parameters: Parameters) => {
    for (const { name, values, gradient } of parameters.trained) {
      const shape = shapes.get(prefix + name) ?? []
      inputs.set(prefix + name, { values, shape })
      if (prefix + name in gradients) outputs.set(gradients[prefix + name], { values: gradient, shape })
    }
    for (const [name, values] of parameters.others) {
      const shape = shapes.get(prefix + name)
      if (shape === undefined) continue
      const taken = new Float32Array(values.length)
      inputs.set(prefix + name, { values, shape })
      outputs.set(after[prefix + name], { values: taken, shape })
      next.set(name, taken)
    }
  }
  bind(PREFIX.generator, generator)
  if (discriminator !== undefined) bind(PREFIX.discriminator, discriminator)
  return { step: await BoundStep.open(graph, { inputs, outputs, losses }, options), next }
}
