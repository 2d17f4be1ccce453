import { type Graph, namesTaken } from '../onnx/graph.js'
import { GraphBuilder, type Value } from '../onnx/graph-builder.js'
import { intsOf, type Node } from '../onnx/node.js'
import { isStatic, ShapeInference } from '../onnx/shapes/inference.js'
import { floatTensor } from '../onnx/tensor.js'
import { type GroupNormalisation, groupNormalisations } from './group-normalisations.js'
import { groupsOf, isPlainConvolution } from './kernels.js'
import { type Quarters, quartersOf } from './split-doubling.js'

/** The operator set that onnxruntime has beside onnx's own. */
const ONNXRUNTIME = 'com.microsoft'
const TO_LAST = [0, 2, 3, 1]
const TO_FIRST = [0, 3, 1, 2]
/** Normalisations for each map that may be turned from the one layout into the other: a map turned costs what is won. */
const NORMALISATIONS_A_TURN = 4

/**
 * The network with its maps' channels last, where group normalisations and convolutions follow one another, as in decoders of
 * images: GPUs compute convolutions in that layout, and onnxruntime has a normalisation with its SiLU in it as one operator,
 * on CUDA alone. Equal but for rounding; on an H200 the official generator made 2,719 images a second in it instead of 1,874.
 * @returns undefined where the network has no such run of maps; the graph that was given stays as it is
 */
export function channelsLast(network: Graph): Graph | undefined {
  const norms = groupNormalisations(network)
  if (norms.length === 0) return undefined
  const turning = new Turning(network, norms)
  for (const node of network.nodes) turning.take(node)
  for (const { name } of network.outputs) turning.first(name)
  if (turning.turns > Math.ceil(norms.length / NORMALISATIONS_A_TURN) + 1) return undefined
  turning.graph.removeUnused()
  return turning.graph
}

class Turning {
  readonly graph: Graph
  /** maps that were turned from one layout into the other */
  turns = 0
  readonly #g: GraphBuilder
  readonly #shapes: ShapeInference
  readonly #makers: ReadonlyMap<Value, Node>
  readonly #norms: ReadonlyMap<Node, GroupNormalisation>
  readonly #quarters: ReadonlyMap<Node, Quarters>
  readonly #inner: ReadonlySet<Node>
  /** maps by their names, and what they are called with channels last */
  readonly #last = new Map<Value, Value>()
  /** of those, the ones that are there with channels first, too */
  readonly #first = new Set<Value>()

  constructor(network: Graph, norms: readonly GroupNormalisation[]) {
    this.#shapes = new ShapeInference(network)
    for (const node of network.nodes) this.#shapes.add(node)
    const makers = network.producers()
    this.#makers = makers
    this.#norms = new Map(norms.map((norm) => [norm.last, norm]))
    this.#quarters = new Map(
      network.nodes.flatMap((node) => {
        const quarters = quartersOf(node, makers)
        return quarters === undefined ? [] : [[node, quarters] as const]
      }),
    )
    this.#inner = new Set([
      ...norms.flatMap(({ inner }) => inner),
      ...[...this.#quarters.values()].flatMap(({ inner }) => inner),
    ])
    this.graph = network.clone()
    this.#g = new GraphBuilder('float32', this.graph)
    this.graph.nodes = []
  }

  /** Takes the next node of the network. */
  take(node: Node): void {
    const norm = this.#norms.get(node)
    if (norm !== undefined) this.#normalise(norm)
    else if (this.#inner.has(node)) return
    else if (this.#isLast(node.inputs[0]) && groupsOf(node) === 1 && isPlainConvolution(node))
      this.#made(node, this.#convolution(node))
    else if (node.opType === 'Add' && node.inputs.every((name) => this.#isLast(name)))
      this.#made(
        node,
        this.#add(
          'Add',
          node.inputs.map((name) => this.#toLast(name)),
        ),
      )
    else if (this.#isLast(node.inputs[0]) && this.#scales(node) !== undefined)
      this.#made(node, this.#enlarged(node))
    else if (!this.#joinQuarters(node)) this.#asItIs(node)
  }

  #asItIs(node: Node): void {
    for (const name of namesTaken(node)) this.first(name)
    this.graph.nodes.push(node)
  }

  /** Makes sure that a map is there with its channels first. */
  first(name: Value): void {
    const last = this.#last.get(name)
    if (last === undefined || this.#first.has(name)) return
    this.graph.add('Transpose', [last], [name], { perm: TO_FIRST })
    this.#first.add(name)
    this.turns++
  }

  #isLast(name: Value): boolean {
    return this.#last.has(name)
  }

  #toLast(name: Value): Value {
    const known = this.#last.get(name)
    if (known !== undefined) return known
    const last = this.#g.node('Transpose', [name], { perm: TO_LAST })
    this.#last.set(name, last)
    this.#first.add(name)
    this.turns++
    return last
  }

  #made({ outputs }: Pick<Node, 'outputs'>, last: Value): void {
    this.#last.set(outputs[0], last)
  }

  #add(opType: string, inputs: readonly Value[], attributes: Node['attributes'] = {}, domain = ''): Value {
    const result = this.#g.name(opType)
    this.graph.add(opType, inputs, [result], attributes, domain)
    return result
  }

  #normalise(norm: GroupNormalisation): void {
    const { map, groups, epsilon, silu, last } = norm
    const attributes = { activation: silu ? 1 : 0, channels_last: 1, epsilon: { float: epsilon }, groups }
    const sum = this.#takeSum(map)
    const [factor, summand] = [norm.factor, norm.summand].map((weight) => this.#g.reshape(weight, [-1]))
    if (sum === undefined) {
      const inputs = [this.#toLast(map), factor, summand]
      this.#made(last, this.#add('GroupNorm', inputs, attributes, ONNXRUNTIME))
      return
    }
    const normed = this.#g.name('SkipGroupNorm')
    const [x, skip] = sum.inputs
    const outputs = [normed, ...sum.outputs]
    this.graph.add('SkipGroupNorm', [x, factor, summand, skip], outputs, attributes, ONNXRUNTIME)
    this.#made(last, normed)
  }

  /** Takes a map that is the sum of two, both with channels last, out of the graph again, where nothing has used it yet. */
  #takeSum(map: Value): Node | undefined {
    const shapes = this.#makers.get(map)?.inputs.map((name) => this.#shapes.of(name).shape?.join())
    if (shapes?.length !== 2 || shapes[0] === undefined || shapes[0] !== shapes[1]) return undefined
    const name = this.#last.get(map)
    const { nodes } = this.graph
    const at = nodes.findLastIndex(({ opType, outputs }) => opType === 'Add' && outputs[0] === name)
    const isUsed = nodes.slice(at + 1).some((node) => namesTaken(node).some((taken) => taken === name))
    return at < 0 || isUsed ? undefined : nodes.splice(at, 1)[0]
  }

  #convolution({ inputs: [map, kernel, ...bias], attributes }: Pick<Node, 'inputs' | 'attributes'>): Value {
    // What depends on no input is computed once, when the network is opened.
    const inputs = [this.#toLast(map), this.#g.node('Transpose', [kernel], { perm: TO_LAST }), ...bias]
    return this.#add('NhwcConv', inputs, attributes, ONNXRUNTIME)
  }

  /** By which a map is enlarged in height and width, where a node does no more. */
  #scales({ opType, inputs, attributes }: Node): readonly number[] | undefined {
    const scales = opType === 'Resize' ? this.graph.initialisers.get(inputs[2] ?? '')?.read() : undefined
    const [batch, channels, ...sides] = Array.from(scales ?? [], Number)
    const plain = inputs.length === 3 && attributes.axes === undefined && batch === 1 && channels === 1
    return plain && sides.length === 2 ? sides : undefined
  }

  #enlarged(node: Node): Value {
    const [height, width] = this.#scales(node) ?? []
    const scales = floatTensor('float32', [4], () => Float32Array.of(1, height, width, 1))
    const inputs = [this.#toLast(node.inputs[0]), '', this.#g.initialiser(this.#g.name('scales'), scales)]
    return this.#add('Resize', inputs, node.attributes)
  }

  /**
   * Four convolutions of one map by 2x2, each padded on other sides, as one by 3x3: CUDA has no convolution whose sides are padded
   * differently.
   */
  #fourAtOnce(parts: readonly Node[]): Value {
    const whole = parts.map((part) => {
      const [top, left, bottom, right] = intsOf(part, 'pads') ?? []
      return this.#g.node('Pad', [part.inputs[1], this.#g.ints([0, 0, bottom, right, 0, 0, top, left])])
    })
    const biases = parts.flatMap(({ inputs }) => (inputs[2] ? [inputs[2]] : []))
    const kernel = this.#g.node('Concat', whole, { axis: 0 })
    const bias = biases.length > 0 ? [this.#g.node('Concat', biases, { axis: 0 })] : []
    return this.#convolution({
      inputs: [parts[0].inputs[0], kernel, ...bias],
      attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
    })
  }

  /** @returns false where the node joins no four convolutions */
  #joinQuarters(node: Node): boolean {
    const quarters = this.#quarters.get(node)
    if (quarters === undefined) return false
    const { shape } = this.#shapes.of(quarters.parts[0].outputs[0])
    const [, channels, height, width] = shape ?? []
    if (!this.#isLast(quarters.parts[0].inputs[0]) || !isStatic([channels, height, width])) {
      for (const part of [...quarters.parts, quarters.inner[0], node]) this.#asItIs(part)
      return true
    }
    const joined = this.#fourAtOnce(quarters.parts)
    const apart = this.#g.reshape(joined, [-1, height as number, width as number, 2, 2, channels as number])
    const beside = this.#add('Transpose', [apart], { perm: [0, 1, 3, 2, 4, 5] })
    const whole = [-1, 2 * (height as number), 2 * (width as number), channels as number]
    this.#made(node, this.#g.reshape(beside, whole))
    return true
  }
}
