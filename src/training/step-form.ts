import { gradient } from '../gradient/gradient.js'
import { blockSize } from '../onnx/blocked/block-size.js'
import { blockedMaps } from '../onnx/blocked/blocked-maps.js'
import type { Graph } from '../onnx/graph.js'
import type { RuntimeOptions } from '../onnx/runtime.js'
import type { Parameters } from './parameters.js'
import { lowerNormalisation } from './training-form.js'

/** A step of training, as it runs fastest where it runs. */
export interface StepForm {
  /** trained weights are inputs, the gradients outputs */
  readonly graph: Graph
  /** the gradients' names, by those of what they are with respect to */
  readonly gradients: Readonly<Record<string, string>>
  /** the trained weights' shapes by name */
  readonly shapes: Readonly<Record<string, readonly number[]>>
}

/**
 * The step of a network in training form: batch normalisation as few passes over memory, and on processors maps in blocks where
 * onnxruntime has them. There the kernels' gradients are convolutions; images take the place of channels in them, so a batch has
 * to fill the blocks.
 *
 * @param graph loss and statistics come out; `toTrainingForm` was at it
 * @param also what else gradients are wanted of
 */
export async function stepForm(
  graph: Graph,
  {
    loss,
    batch,
    also = [],
  }: { readonly loss: string; readonly batch: number; readonly also?: readonly string[] },
  { trained }: Parameters,
  { provider = 'cpu' }: RuntimeOptions,
): Promise<StepForm> {
  const block = provider === 'cpu' ? await blockSize() : undefined
  const { graph: step, gradients } = gradient(graph, {
    of: loss,
    withRespectTo: [...trained.map(({ name }) => name), ...also],
    sizes: { batch },
    kernelGradients: block !== undefined && batch % block === 0 ? 'convolution' : 'products',
  })
  const shapes: Record<string, readonly number[]> = {}
  for (const { name, values } of trained) {
    shapes[name] = step.initialisers.get(name)?.shape ?? [values.length]
    step.initialisers.delete(name)
    step.inputs.push({ name, type: 'float32', shape: shapes[name] })
  }
  lowerNormalisation(step)
  return { graph: block === undefined ? step : blockedMaps(step, block), gradients, shapes }
}
