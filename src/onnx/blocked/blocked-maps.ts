import type { Graph } from '../graph.js'
import type { Value } from '../graph-builder.js'
import { intOf, intsOf, type Node, stringOf } from '../node.js'
import { BlockedBuilder } from './blocked-builder.js'
import { filterOf, isWholeFilter } from './filters.js'
import { LazySums } from './lazy-sums.js'

/**
 * The network with its maps in blocks of channels, [batch, channels / block, height, width, block], which is how onnxruntime
 * convolves fastest on a processor. It turns to that layout by itself only where kernels are constants; in training they
 * are not. What maps go through on their way stays in blocks: convolutions, sums of scaled maps, pools, what is done number by
 * number, sums over places; other operators get maps as they were. Equal but for rounding.
 *
 * @param block numbers of a block on this processor @returns another graph; the one that was given stays as it is
 */
export function blockedMaps(network: Graph, block: number): Graph {
  const blocking = new Blocking(network, block)
  for (const node of network.nodes) blocking.take(node)
  return blocking.finish()
}

/** Operators that go number by number; their inputs are maps of one shape, and single numbers. */
const NUMBER_BY_NUMBER = new Set([
  'Abs',
  'Add',
  'Cast',
  'Div',
  'Equal',
  'Exp',
  'Greater',
  'LeakyRelu',
  'Less',
  'Max',
  'Min',
  'Mul',
  'Neg',
  'Relu',
  'Sigmoid',
  'Sign',
  'Sqrt',
  'Sub',
  'Sum',
  'Tanh',
  'Where',
])

class Blocking {
  readonly #g: BlockedBuilder
  readonly #sums: LazySums

  constructor(network: Graph, block: number) {
    this.#g = new BlockedBuilder(network, block)
    this.#sums = new LazySums(this.#g)
  }

  take(node: Node): void {
    const done =
      node.domain === '' &&
      (this.#sums.take(node) ||
        this.#convolution(node) ||
        this.#numberByNumber(node) ||
        this.#pool(node) ||
        this.#sumOverPlaces(node) ||
        this.#exchanged(node) ||
        this.#padded(node))
    if (!done) this.#g.asItIs(node)
  }

  finish(): Graph {
    return this.#g.finish()
  }

  #convolution(node: Node): boolean {
    const g = this.#g
    if (node.opType !== 'Conv' || intOf(node, 'group', 1) !== 1) return false
    if (stringOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET') return false
    const [x, w, bias] = node.inputs
    const [channels] = g.mapShape(x)?.slice(1) ?? []
    const outputs = g.mapShape(w)?.[0] ?? 0
    if (channels === undefined || outputs % g.block !== 0) return false
    // A few channels go in as they are.
    const few = channels < g.block
    if (!few && channels % g.block !== 0) return false
    const inputs = [few ? g.plain(x) : g.blocked(x), filterOf(g, w, few), ...(bias ? [bias] : [])]
    g.made(node, g.own('Conv', inputs, { ...node.attributes, kernel_shape: g.mapShape(w)?.slice(2) ?? [] }))
    return true
  }

  #numberByNumber(node: Node): boolean {
    const g = this.#g
    if (!NUMBER_BY_NUMBER.has(node.opType) || !node.inputs.some((name) => g.isBlocked(name))) return false
    const shape = g.mapShape(node.outputs[0])?.join()
    const isMap = (name: Value) => g.mapShape(name)?.join() === shape
    const fits = (name: Value) => (isMap(name) ? g.isBlocked(name) || g.canBlock(name) : g.isNumber(name))
    if (shape === undefined || !node.inputs.every(fits)) return false
    if (node.opType === 'Relu' && this.#activated(node)) return true
    const inputs = node.inputs.map((name) => (isMap(name) ? g.blocked(name) : name))
    g.made(node, g.add(node.opType, inputs, node.attributes))
    return true
  }

  /** A convolution's own activation, where nothing else needs what it is of. */
  #activated(node: Node): boolean {
    const g = this.#g
    const [x] = node.inputs
    if (g.uses(x) !== 1) return false
    const activated = g.withActivation(g.blocked(x), 'Relu')
    if (activated) g.made(node, g.blocked(x))
    return activated
  }

  #pool(node: Node): boolean {
    const g = this.#g
    const [x] = node.inputs
    if ((node.opType !== 'AveragePool' && node.opType !== 'MaxPool') || !g.isBlocked(x)) return false
    if (node.outputs.length !== 1 || intOf(node, 'ceil_mode', 0) !== 0) return false
    g.made(node, g.own(node.opType, [g.blocked(x)], node.attributes))
    return true
  }

  /** Sums, and sums of squares, of each channel, of each image or of all: over rows and then over what they came to. */
  #sumOverPlaces(node: Node): boolean {
    const g = this.#g
    const [x, axesGiven] = node.inputs
    if ((node.opType !== 'ReduceSum' && node.opType !== 'ReduceSumSquare') || !g.isBlocked(x)) return false
    const axes = axesGiven === undefined ? intsOf(node, 'axes') : g.numbers(axesGiven)
    const [batch, channels, height, width] = g.mapShape(x) ?? []
    const result = g.shape(node.outputs[0])
    const overBatch = axes?.join() === '0,2,3'
    if (batch === undefined || result === undefined || (axes?.join() !== '2,3' && !overBatch)) return false
    const { block } = g
    const across = g.reshape(g.blocked(x), [batch, channels / block, height, width * block])
    const sum = (value: Value, axis: number) => g.add('ReduceSum', [value, g.ints([axis])], { keepdims: 0 })
    const rows =
      node.opType === 'ReduceSum' ? sum(across, 2) : g.add(node.opType, [across], { axes: [2], keepdims: 0 })
    const sums = sum(g.reshape(rows, [batch, channels / block, width, block]), 2)
    g.name(node, g.reshape(overBatch ? sum(sums, 0) : sums, result))
    return true
  }

  /** Batch and channels exchanged: a kernel gradient's maps. What it is used for shows which layout is wanted. */
  #exchanged(node: Node): boolean {
    const g = this.#g
    if (node.opType !== 'Transpose' || intsOf(node, 'perm')?.join() !== '1,0,2,3') return false
    const users = g.consumers(node.outputs[0])
    const asFilter = users.length > 0 && users.every((user) => isWholeFilter(g, user, node.outputs[0]))
    if (!asFilter || !g.isBlocked(node.inputs[0])) return false
    g.laterFilter(node)
    return true
  }

  /** Zeros around a map. */
  #padded(node: Node): boolean {
    const g = this.#g
    const [x, pads, ...rest] = node.inputs
    if (node.opType !== 'Pad' || rest.length > 0 || stringOf(node, 'mode', 'constant') !== 'constant')
      return false
    const around = g.numbers(pads)
    const shape = g.mapShape(x)
    const padded = g.mapShape(node.outputs[0])
    if (shape === undefined || padded === undefined || around === undefined || !g.canBlock(x)) return false
    const wanted = g.isBlocked(x) || g.consumers(node.outputs[0]).every(({ opType }) => opType === 'Conv')
    if (!wanted || [0, 1, 4, 5].some((i) => around[i] !== 0)) return false
    const { block } = g
    const [batch, channels, height, width] = shape
    const rows = g.reshape(g.blocked(x), [batch, channels / block, height, width * block])
    const [, , top, left, , , bottom, right] = around
    const sides = g.ints([0, 0, top, left * block, 0, 0, bottom, right * block])
    g.made(node, g.reshape(g.add('Pad', [rows, sides]), padded))
    return true
  }
}
