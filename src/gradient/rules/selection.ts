import { InputError } from '../../errors.js'
import type { Value } from '../../onnx/graph-builder.js'
import { intOf, showNode, stringOf } from '../../onnx/node.js'
import { axisOf, numbersIn } from '../../onnx/shapes/known.js'
import { padsOf, slicesOf } from '../../onnx/shapes/selection.js'
import type { BackwardGraph } from '../backward-graph.js'
import type { RuleSite, Rules } from '../rule.js'

/** Scattered numbers are added up from this operator set on. */
const ADDS_UP = 16

const siteOf = ({ g, node, inputs }: RuleSite) => ({
  node,
  opset: g.opset,
  inputs: inputs.map((name) => (name === '' ? undefined : g.known(name))),
})

/** Zeros before and after along axes, so many that the result is as long as x. */
function padded(
  g: BackwardGraph,
  dy: Value,
  x: Value,
  places: readonly { axis: number; start: number }[],
): Value {
  const before = g.shape(x).map((_, axis) => places.find((place) => place.axis === axis)?.start ?? 0)
  const starts = g.ints(before)
  const ends = g.sub(g.sub(g.shapeOf(x), g.shapeOf(dy)), starts)
  return g.node('Pad', [dy, g.node('Concat', [starts, ends], { axis: 0 })])
}

/** Zeros between the numbers of an axis: what a step leaves out. */
function spread(g: BackwardGraph, dy: Value, axis: number, step: number, size: number): Value {
  const rank = g.rank(dy)
  const sizes = Array.from({ length: rank }, (_, i) => ({ of: dy, axis: i }))
  const apart = g.reshapeTo(dy, g.sizes(sizes.toSpliced(axis + 1, 0, 1 as never)))
  const pads = new Array<number>(2 * (rank + 1)).fill(0).with(rank + 1 + axis + 1, step - 1)
  const filled = g.node('Pad', [apart, g.ints(pads)])
  const joined = g.reshapeTo(filled, g.sizes(sizes.with(axis, -1 as never)))
  return g.part(joined, axis, 0, (size - 1) * step + 1)
}

function slice(site: RuleSite): [Value] {
  const { g, node, inputs, dy } = site
  const slices = slicesOf(siteOf(site))
  if (slices === undefined) {
    throw new InputError(
      `the gradient of ${showNode(node)} needs to know where it begins`,
      g.graph.origin,
      'give the free sizes, or export it with constant bounds',
    )
  }
  let back = dy
  const places: { axis: number; start: number }[] = []
  for (const { axis, start, step, size } of slices) {
    if (step === 1) {
      places.push({ axis, start })
      continue
    }
    const count = size as number
    if (count === 0) continue
    if (step < 0) back = g.part(back, axis, -1, -(2 ** 31), -1)
    if (Math.abs(step) > 1) back = spread(g, back, axis, Math.abs(step), count)
    places.push({ axis, start: step < 0 ? start + (count - 1) * step : start })
  }
  return [padded(g, back, inputs[0], places)]
}

/** A Pad with zeros or another constant gives back its middle; mirrored and repeated edges add up. */
function pad(site: RuleSite): (Value | undefined)[] {
  const { g, node, inputs, dy } = site
  const pads = padsOf(siteOf(site))
  const mode = stringOf(node, 'mode', 'constant')
  const [x] = inputs
  if (pads === undefined) {
    throw new InputError(
      `the gradient of ${showNode(node)} needs to know how much it pads`,
      g.graph.origin,
      'give the free sizes, or export it with constant pads',
    )
  }
  const rank = g.rank(x)
  let back = dy
  for (let axis = 0; axis < rank; axis++) {
    const [before, after] = [pads[axis], pads[axis + rank]]
    if (before === 0 && after === 0) continue
    if (mode === 'constant') back = cut(g, back, axis, before, after)
    else back = foldEdges(g, back, axis, g.staticSize(x, axis), before, after, mode)
  }
  return [back]
}

function cut(g: BackwardGraph, dy: Value, axis: number, before: number, after: number): Value {
  const kept = g.part(dy, axis, Math.max(before, 0), after > 0 ? -after : 2 ** 31 - 1)
  if (before >= 0 && after >= 0) return kept
  const pads = new Array<number>(2 * g.rank(dy)).fill(0)
  pads[axis] = Math.max(-before, 0)
  pads[axis + g.rank(dy)] = Math.max(-after, 0)
  return g.node('Pad', [kept, g.ints(pads)])
}

/** The place that a position of a padded axis was copied from. */
function sourceOf(at: number, size: number, mode: string): number {
  if (mode === 'edge') return Math.min(size - 1, Math.max(0, at))
  if (mode === 'wrap') return ((at % size) + size) % size
  const around = 2 * (size - 1)
  const place = size === 1 ? 0 : ((at % around) + around) % around
  return place < size ? place : around - place
}

/** Sums along an axis what was copied from the same place: a product with a matrix of zeros and ones. */
function foldEdges(
  g: BackwardGraph,
  dy: Value,
  axis: number,
  size: number,
  before: number,
  after: number,
  mode: string,
): Value {
  const total = size + before + after
  const matrix = new Array<number>(total * size).fill(0)
  for (let i = 0; i < total; i++) matrix[i * size + sourceOf(i - before, size, mode)] = 1
  return alongAxis(g, dy, axis, g.numbers(matrix, [total, size], dy))
}

/** Numbers along an axis times a matrix [size, new size]. */
export function alongAxis(g: BackwardGraph, x: Value, axis: number, matrix: Value): Value {
  const rank = g.rank(x)
  const order = Array.from({ length: rank }, (_, i) => i)
  const last = [...order.filter((i) => i !== axis), axis]
  const product = g.node('MatMul', [g.transpose(x, last), matrix])
  return g.transpose(
    product,
    order.map((i) => last.indexOf(i)),
  )
}

function addUp({ g, node }: RuleSite): { reduction: string } {
  if (g.opset >= ADDS_UP) return { reduction: 'add' }
  throw new InputError(
    `the gradient of ${showNode(node)} needs operator set ${ADDS_UP}, the network is of ${g.opset}`,
    g.graph.origin,
    'export it with a newer one',
  )
}

/** The rows that were taken get what comes back, added up where one was taken twice. */
function gather(site: RuleSite): [Value] {
  const { g, node, inputs, dy } = site
  const [x, indices] = inputs
  const axis = axisOf(intOf(node, 'axis', 0), g.rank(x))
  const at = numbersIn(g.known(indices))
  const size = g.shape(x)[axis]
  if (at?.length === 1 && (at[0] >= 0 || typeof size === 'number')) {
    const whole = g.sizes(g.shape(x).map((_, i) => (i === axis ? 1 : { of: x, axis: i })))
    return [padded(g, g.reshapeTo(dy, whole), x, [{ axis, start: axisOf(at[0], size as number) }])]
  }
  const flat = g.reshapeTo(indices, g.ints([-1]))
  const taken = g.reshapeTo(dy, g.sizes(g.shape(x).map((_, i) => (i === axis ? -1 : { of: x, axis: i }))))
  const column = g.reshapeTo(flat, g.ints(g.shape(x).map((_, i) => (i === axis ? -1 : 1))))
  const places = g.expandLike(column, taken)
  return [g.node('ScatterElements', [g.zerosLike(x), places, taken], { axis, ...addUp(site) })]
}

function gatherElements(site: RuleSite): [Value] {
  const { g, node, inputs, dy } = site
  const [x, indices] = inputs
  const axis = intOf(node, 'axis', 0)
  return [g.node('ScatterElements', [g.zerosLike(x), indices, dy], { axis, ...addUp(site) })]
}

/**
 * The entries that were taken get what comes back there. Axes that entries and places share (batch_dims) become numbers
 * of the places, since ScatterND has none.
 */
function gatherEntries(site: RuleSite): [Value] {
  const { g, node, inputs, dy } = site
  const [x, places] = inputs
  const shared = intOf(node, 'batch_dims', 0)
  const rank = g.rank(places)
  const one = g.part(places, rank - 1, 0, 1)
  const along = Array.from({ length: shared }, (_, axis) => {
    const column = g.ints(Array.from({ length: rank }, (_, i) => (i === axis ? -1 : 1)))
    const size = g.reshapeTo(g.sizes([{ of: places, axis }]), g.ints([]))
    const counted = g.node('Range', [g.ints(0), size, g.ints(1)])
    return g.expandLike(g.reshapeTo(counted, column), one)
  })
  const whole = along.length === 0 ? places : g.node('Concat', [...along, places], { axis: rank - 1 })
  return [g.node('ScatterND', [g.zerosLike(x), whole, dy], { ...addUp(site) })]
}

/** What was overwritten gets nothing; what was put in its place gets what comes back there. */
function scatterElements({
  g,
  node,
  inputs: [, indices, updates],
  dy,
  wants,
}: RuleSite): (Value | undefined)[] {
  const axis = intOf(node, 'axis', 0)
  const reduction = requireSimple(g, node)
  const rest = () =>
    reduction === 'add' ? dy : g.node('ScatterElements', [dy, indices, g.zerosLike(updates)], { axis })
  const placed = () => g.node('GatherElements', [dy, indices], { axis })
  return [wants(0) ? rest() : undefined, undefined, wants(2) ? placed() : undefined]
}

function scatterRows({ g, node, inputs: [, indices, updates], dy, wants }: RuleSite): (Value | undefined)[] {
  const reduction = requireSimple(g, node)
  const rest = () => (reduction === 'add' ? dy : g.node('ScatterND', [dy, indices, g.zerosLike(updates)]))
  return [wants(0) ? rest() : undefined, undefined, wants(2) ? g.node('GatherND', [dy, indices]) : undefined]
}

function requireSimple(g: BackwardGraph, node: RuleSite['node']): string {
  const reduction = stringOf(node, 'reduction', 'none')
  if (reduction === 'none' || reduction === 'add') return reduction
  throw new InputError(
    `no rule for the gradient of ${showNode(node)} with the reduction '${reduction}'`,
    g.graph.origin,
    "'none' and 'add' have one",
  )
}

/** Operators that take numbers out, or put them elsewhere. */
export const SELECTION: Rules = {
  Slice: slice,
  Pad: pad,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherEntries,
  ScatterElements: scatterElements,
  ScatterND: scatterRows,
}
