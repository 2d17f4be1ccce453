import type { Value } from '../onnx/graph-builder.js'
import { intOf, intsOf, type Node, stringOf } from '../onnx/node.js'
import { groupsOf, hasNoStride, isCentred, isPlainConvolution } from './kernels.js'
import type { Rewriting } from './rewriting.js'

const TAPS = 3

/**
 * A map of twice the size, each pixel repeated, then a 3x3 convolution: each of the four pixels that come of one sees only
 * 2x2 of the small map. Four convolutions of it, with the kernel's taps summed, do 4/9 of the work.
 */
export function splitDoubling(rewriting: Rewriting): void {
  for (const resize of [...rewriting.graph.nodes]) {
    if (!doubles(rewriting, resize)) continue
    const layer = rewriting.uses.onlyConsumer(resize.outputs[0])
    if (layer === undefined || !isCentred(layer) || !hasNoStride(layer) || groupsOf(layer) !== 1) continue
    const shape = rewriting.shapeOf(layer.inputs[1])
    if (shape?.[2] === TAPS && shape[3] === TAPS && rewriting.isBias(layer.inputs[2]))
      split(rewriting, resize, layer, shape)
  }
}

/** Whether a node repeats each pixel of a map twice in height and width. */
function doubles({ graph }: Rewriting, node: Node): boolean {
  if (node.opType !== 'Resize' || stringOf(node, 'mode', 'nearest') !== 'nearest') return false
  if (intsOf(node, 'axes') !== undefined) return false
  const asymmetric = stringOf(node, 'coordinate_transformation_mode', 'half_pixel') === 'asymmetric'
  const floors = stringOf(node, 'nearest_mode', 'round_prefer_floor') === 'floor'
  const scales = graph.initialisers.get(node.inputs[2] ?? '')?.read()
  return asymmetric && floors && scales !== undefined && Array.from(scales, Number).join() === '1,1,2,2'
}

function split(rewriting: Rewriting, resize: Node, layer: Node, [to, from]: readonly number[]): void {
  const { g } = rewriting
  const [, kernel, bias] = layer.inputs
  const rows = g.reshape(kernel, [to * from, TAPS * TAPS])
  const pixel = (row: number, column: number): Value => {
    const taps = g.weight(g.name('taps'), [TAPS * TAPS, 4], () => tapsOf(row, column))
    const weight = g.reshape(g.node('MatMul', [rows, taps]), [to, from, 2, 2])
    const pads = [1 - row, 1 - column, row, column]
    const inputs = [resize.inputs[0], rewriting.weight(weight, [to, from, 2, 2]), ...(bias ? [bias] : [])]
    return g.node('Conv', inputs, { kernel_shape: [2, 2], pads })
  }
  const pixels = [0, 1].flatMap((row) => [0, 1].map((column) => pixel(row, column)))
  const joined = g.node('Concat', pixels, { axis: 1 })
  rewriting.replace([resize, layer], {
    name: layer.name,
    opType: 'DepthToSpace',
    domain: '',
    inputs: [joined],
    outputs: layer.outputs,
    attributes: { blocksize: 2 },
  })
}

/** Which of the 3x3 taps fall on which of the 2x2 pixels of the map before it was doubled, for one of its four pixels. */
function tapsOf(row: number, column: number): Float32Array {
  const matrix = new Float32Array(TAPS * TAPS * 4)
  for (let y = 0; y < TAPS; y++)
    for (let x = 0; x < TAPS; x++)
      matrix[(y * TAPS + x) * 4 + ((y + 1 - row) >> 1) * 2 + ((x + 1 - column) >> 1)] = 1
  return matrix
}

/** The nodes that make a map of twice the size: {@link splitDoubling}. */
export interface Quarters {
  /** all but the last */
  readonly inner: readonly Node[]
  readonly parts: readonly Node[]
}

/** The four convolutions that make the pixels of a map of twice the size (see {@link splitDoubling}). */
export function quartersOf(node: Node, makers: ReadonlyMap<string, Node>): Quarters | undefined {
  if (node.opType !== 'DepthToSpace' || intOf(node, 'blocksize', 0) !== 2) return undefined
  if (node.attributes.mode !== undefined && node.attributes.mode !== 'DCR') return undefined
  const joined = makers.get(node.inputs[0])
  if (joined?.opType !== 'Concat') return undefined
  const parts = joined.inputs.flatMap((name) => makers.get(name) ?? [])
  const same = parts.every(
    (part) =>
      isPlainConvolution(part) &&
      part.inputs[0] === parts[0].inputs[0] &&
      intsOf(part, 'kernel_shape')?.join() === '2,2' &&
      intsOf(part, 'pads')?.length === 4,
  )
  return parts.length === 4 && same ? { inner: [joined, ...parts], parts } : undefined
}
