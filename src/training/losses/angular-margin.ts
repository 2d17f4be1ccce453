import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'

/** Keeps the angle's derivative finite where a feature meets its centre. */
const CLOSEST = 1 - 1e-6

/**
 * cos(times * angle + plus): the angle between a feature and its centre made larger. Where the angle would pass pi the cosine
 * would rise again; from there on it falls on linearly, by `plus * sin(plus)` below the cosine itself, as in ArcFace's code.
 *
 * @param own cosines [batch, 1]
 */
export function angularMargin(g: GraphBuilder, own: Value, times: number, plus: number): Value {
  const bounded = g.node('Clip', [own, g.floats(-CLOSEST), g.floats(CLOSEST)])
  const angle = g.node('Acos', [bounded])
  const larger = g.add(times === 1 ? angle : g.mul(angle, g.floats(times)), g.floats(plus))
  const fallsOn = g.node('Sub', [own, g.floats(plus * Math.sin(plus))])
  const isInside = g.node('Less', [larger, g.floats(Math.PI)])
  return g.node('Where', [isInside, g.node('Cos', [larger]), fallsOn])
}
