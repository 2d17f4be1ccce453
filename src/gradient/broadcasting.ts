import { InputError } from '../errors.js'
import type { Value } from '../onnx/graph-builder.js'
import type { BackwardGraph } from './backward-graph.js'

/**
 * The sum of x over the axes along which `like` was repeated to the shape of x: what the gradient of broadcasting comes
 * to. Where it isn't known before the network runs which axes those are, the graph finds out.
 */
export function sumTo(g: BackwardGraph, x: Value, like: Value): Value {
  const [from, to] = [g.shape(x), g.shape(like)]
  const extra = from.length - to.length
  const repeated: number[] = []
  let unsure = false
  for (const [axis, size] of from.entries()) {
    const own = axis < extra ? undefined : to[axis - extra]
    if (own === undefined || (own === 1 && size !== 1)) repeated.push(axis)
    else if (own !== size && typeof own === 'string') unsure = true
  }
  if (unsure) return sumToUnknown(g, x, like, extra)
  const summed = g.sum(x, repeated)
  return extra === 0 ? summed : g.reshapeLike(summed, like)
}

/** From this operator set on a reduction takes axes that are found when the network runs. */
const AXES_FOUND = 13

function sumToUnknown(g: BackwardGraph, x: Value, like: Value, extra: number): Value {
  if (g.opset < AXES_FOUND) {
    throw new InputError(
      `whether '${like}' [${g.shape(like).join(', ')}] is repeated to [${g.shape(x).join(', ')}] isn't known before the network runs`,
      g.graph.origin,
      `give the free sizes, or export it with operator set ${AXES_FOUND} or newer`,
    )
  }
  const target = g.shapeOf(like)
  const padded =
    extra === 0 ? target : g.node('Concat', [g.ints(new Array<number>(extra).fill(1)), target], { axis: 0 })
  const isOne = g.node('Equal', [padded, g.ints([1])])
  const axes = g.node('Reshape', [g.node('NonZero', [isOne]), g.ints([-1])])
  const summed = g.node('ReduceSum', [x, axes], { keepdims: 1, noop_with_empty_axes: 1 })
  return g.reshapeTo(summed, target)
}
