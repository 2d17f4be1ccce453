import { gradient } from '../../gradient/gradient.js'
import type {
  DescriptorOf,
  GeneratorDescriptor,
  ImageModelDescriptor,
  RecogniserDescriptor,
} from '../../models/descriptor.js'
import { adaptImage } from '../../models/image-adapter.js'
import type { Model } from '../../models/model.js'
import { commonOpset, embedNetwork } from '../../onnx/compose.js'
import { inDoublePrecision, withDoubleKernels } from '../../onnx/double/double-precision.js'
import { Graph } from '../../onnx/graph.js'
import { GraphBuilder, type Value } from '../../onnx/graph-builder.js'
import { fixSizes } from '../../onnx/passes.js'
import { readGraph } from '../../onnx/read-graph.js'
import type { AttropSettings } from './settings.js'

/** The networks that AttrOP looks through. */
export interface AttropModels {
  readonly generator: Model<GeneratorDescriptor>
  readonly recogniser: Model<RecogniserDescriptor>
  readonly quality?: Model<DescriptorOf<'quality'>>
  readonly pose?: Model<DescriptorOf<'pose'>>
}

/**
 * What the graph computes in. The gradient through random or deep networks is decided by kinks (PReLU, clipping) that
 * float32's rounding crosses: PyTorch's own float32 gradient differs from float64's by 0.6 % of the largest element on the
 * reference networks. float64 is exact and several times slower, on processors only.
 */
export type AttropPrecision = 'float32' | 'float64'

/** Names of what goes into the graph and what comes out; `batch` rows each. */
export const PORTS = {
  /** [batch, width] */
  vector: 'vector',
  /** [batch, tokens], where the generator takes masks */
  dropped: 'dropped',
  masked: 'masked',
  /** [batch, features of the recogniser]: the features to keep, of any length */
  target: 'target',
  /** [batch]: degrees, 0..90 */
  yawTarget: 'yaw_target',
  /** [batch, features of the recogniser] */
  feature: 'feature',
  /** [batch]: 1 - cosine; the norm of the quality model's output; degrees; and the weighted sum of the terms */
  identity: 'identity',
  quality: 'quality',
  yaw: 'yaw',
  loss: 'loss',
  /** [batch, width]: the gradient of each row's loss with respect to its vector */
  gradient: 'vector_grad',
} as const

/** PyTorch's `cosine_similarity` bounds lengths by this from below. */
const SHORTEST = 1e-8
const TOTAL = 'total_loss'

/** The networks there are: generator, recogniser, quality, pose. */
export function networksOf({
  generator,
  recogniser,
  quality,
  pose,
}: Pick<AttropModels, 'generator'> & Partial<AttropModels>): Model[] {
  return [generator, recogniser, quality, pose].filter((model) => model !== undefined)
}

/** A graph from vectors to images, in which networks look at the image. */
interface Scene {
  readonly g: GraphBuilder
  /** what a network says of the image */
  look(model: Model<ImageModelDescriptor>): Value
}

function scene(models: AttropModels, batch: number): Scene {
  const { generator } = models
  const networks = new Map<Model, Graph>()
  for (const model of networksOf(models)) networks.set(model, readGraph(model.path))
  const graph = new Graph('the graph of AttrOP')
  graph.opsets.set('', commonOpset([...networks.values()]))
  const g = new GraphBuilder('float32', graph)
  const embed = (
    model: Model<GeneratorDescriptor | ImageModelDescriptor>,
    feeds: Readonly<Record<string, Value>>,
  ): Value => {
    const { role, output } = model.descriptor
    return embedNetwork(g, networks.get(model) ?? graph, `${role}/`, feeds)[output.name]
  }
  const { input, output } = generator.descriptor
  const image = embed(generator, {
    [input.name]: g.floatInput(PORTS.vector, [batch, input.size]),
    ...(input.masks !== undefined && {
      [input.masks.dropped]: g.boolInput(PORTS.dropped, [batch, input.masks.tokens]),
      [input.masks.masked]: g.boolInput(PORTS.masked, [batch, input.masks.tokens]),
    }),
  })
  return {
    g,
    look: (model) => {
      const { name, input } = model.descriptor
      return embed(model, { [input.name]: adaptImage(g, image, output, input, name) })
    },
  }
}

/** The graph from vectors to the recogniser's features of their images. @throws InputError */
export function featuresOfVectors(models: AttropModels, batch: number): Graph {
  const { g, look } = scene(models, batch)
  g.output(PORTS.feature, look(models.recogniser), [batch, models.recogniser.descriptor.output.size])
  return g.graph
}

/**
 * One graph from vectors to the loss of Equation 5, term by term, for `batch` rows.
 * @throws InputError where two networks don't fit together
 */
export function attropLoss(models: AttropModels, settings: AttropSettings, batch: number): Graph {
  const { recogniser, quality, pose } = models
  const { g, look } = scene(models, batch)
  const target = g.floatInput(PORTS.target, [batch, recogniser.descriptor.output.size])
  const distance = g.node('Sub', [g.floats(1), cosine(g, look(recogniser), target)])
  const terms = [g.mul(distance, g.floats(settings.weights.identity))]
  g.output(PORTS.identity, distance, [batch])
  if (quality !== undefined) {
    const norm = length(g, look(quality))
    g.output(PORTS.quality, norm, [batch])
    if (settings.quality !== undefined) {
      const lacking = g.node('Relu', [g.node('Sub', [g.floats(settings.quality), norm])])
      terms.push(g.mul(lacking, g.floats(settings.weights.quality)))
    }
  }
  if (pose !== undefined) {
    const angles = g.node('Clip', [look(pose), g.floats(-90), g.floats(90)])
    const yaw = g.reshape(g.slice(angles, 1, 0, 1), [batch])
    g.output(PORTS.yaw, yaw, [batch])
    if (settings.yaw !== undefined) {
      const asked = g.floatInput(PORTS.yawTarget, [batch])
      const off = g.node('Abs', [g.node('Sub', [asked, g.node('Abs', [yaw])])])
      terms.push(g.mul(off, g.floats(settings.weights.pose)))
    }
  }
  const loss = terms.reduce((a, b) => g.add(a, b))
  g.output(PORTS.loss, loss, [batch])
  g.output(TOTAL, g.node('ReduceMean', [loss], { keepdims: 0 }), [])
  return g.graph
}

/**
 * The same graph with the gradient of each row's loss. Rows don't touch one another, so the gradient of the sum of all
 * losses holds that of each.
 * @param precision float64: inputs, outputs and all between are float64
 * @throws InputError where a network can't be differentiated, with the node that can't
 */
export function attropStep(
  models: AttropModels,
  settings: AttropSettings,
  batch: number,
  precision: AttropPrecision = 'float32',
): Graph {
  const loss = attropLoss(models, settings, batch)
  const request = { of: TOTAL, withRespectTo: [PORTS.vector] }
  if (precision === 'float32') return gradient(loss, request).graph
  fixSizes(loss, {})
  const { graph } = gradient(inDoublePrecision(loss), request)
  withDoubleKernels(graph)
  return graph
}

function length(g: GraphBuilder, rows: Value): Value {
  const squares = g.node('ReduceSum', [g.mul(rows, rows), g.ints([1])], { keepdims: 0 })
  return g.node('Sqrt', [squares])
}

function cosine(g: GraphBuilder, a: Value, b: Value): Value {
  const product = g.node('ReduceSum', [g.mul(a, b), g.ints([1])], { keepdims: 0 })
  const bounded = (rows: Value) => g.node('Max', [length(g, rows), g.floats(SHORTEST)])
  return g.node('Div', [product, g.mul(bounded(a), bounded(b))])
}
