import type { Value } from '../../onnx/graph-builder.js'
import { floatOf, intOf } from '../../onnx/node.js'
import { axisOf, countOf } from '../../onnx/shapes/known.js'
import type { BackwardGraph } from '../backward-graph.js'
import { sumTo } from '../broadcasting.js'
import type { RuleSite, Rules } from '../rule.js'

/** x with mean 0 and variance 1 over axes, and what it was divided by. */
interface Normalised {
  readonly values: Value
  /** 1 / sqrt(variance + epsilon) */
  readonly inverse: Value
}

function normalised(g: BackwardGraph, x: Value, axes: readonly number[], epsilon: number): Normalised {
  const centred = g.sub(x, g.mean(x, axes))
  const variance = g.mean(g.square(centred), axes)
  const inverse = g.node('Reciprocal', [g.node('Sqrt', [g.shifted(variance, epsilon)])])
  return { values: g.mul(centred, inverse), inverse }
}

/** The gradient through {@link normalised}: what is along 1 and along the values themselves goes nowhere. */
function throughNormalisation(
  g: BackwardGraph,
  { values, inverse }: Normalised,
  dy: Value,
  axes: readonly number[],
): Value {
  const along = g.mul(values, g.mean(g.mul(dy, values), axes))
  return g.mul(inverse, g.sub(g.sub(dy, g.mean(dy, axes)), along))
}

/** A vector of one number a channel, so that it broadcasts over [batch, channels, ..]. */
function perChannel(g: BackwardGraph, vector: Value, rank: number): Value {
  return g.reshapeTo(vector, g.ints([-1, ...new Array<number>(rank - 2).fill(1)]))
}

const otherAxes = (rank: number): number[] => Array.from({ length: rank }, (_, i) => i).filter((i) => i !== 1)

/** By the statistics of a batch of rows. */
function throughRows(
  { g, inputs: [x, scale], dy, wants }: RuleSite,
  axes: readonly number[],
  epsilon: number,
) {
  const normal = normalised(g, x, axes, epsilon)
  return [
    wants(0) ? throughNormalisation(g, normal, g.mul(dy, scale), axes) : undefined,
    wants(1) ? g.sum(g.mul(dy, normal.values), axes, false) : undefined,
    wants(2) ? g.sum(dy, axes, false) : undefined,
  ]
}

/**
 * By the statistics of a batch of maps: a dy + b x + c, with numbers a channel that come of the sums of dy and of dy x, so that
 * few passes over memory are made.
 */
function throughMaps(site: RuleSite, axes: readonly number[], epsilon: number): (Value | undefined)[] {
  const { g, node, inputs, outputs, dy, wants } = site
  const [x, scale] = inputs
  const rank = g.rank(x)
  // Image by image first: in one sum of float32 over all of them the last digits would be lost.
  const sum = (value: Value) => g.sum(g.sum(value, axes.slice(1), false), [0], false)
  const mean = (sums: Value) => overCount(g, sums, x, axes)
  const [, batchMean, batchVariance] = outputs
  // With a momentum of 0 the operator itself tells the statistics of the batch.
  const told = floatOf(node, 'momentum', 0.9) === 0 && batchMean && batchVariance
  const centre = told ? batchMean : mean(sum(x))
  const centred = () => g.sub(x, perChannel(g, centre, rank))
  const variance = told ? batchVariance : mean(sum(g.square(centred())))
  const inverse = g.node('Reciprocal', [g.node('Sqrt', [g.shifted(variance, epsilon)])])
  const total = sum(dy)
  const slope = g.mul(g.sub(sum(g.mul(dy, x)), g.mul(centre, total)), inverse)
  const toMap = (): Value => {
    const a = g.mul(scale, inverse)
    const b = g.neg(g.mul(g.mul(a, inverse), mean(slope)))
    const c = g.neg(g.add(g.mul(a, mean(total)), g.mul(b, centre)))
    const [ofGradient, ofMap, rest] = [a, b, c].map((vector) => perChannel(g, vector, rank))
    return g.node('Sum', [g.mul(dy, ofGradient), g.mul(x, ofMap), rest])
  }
  return [wants(0) ? toMap() : undefined, wants(1) ? slope : undefined, wants(2) ? total : undefined]
}

/** Sums over axes of x, divided by how many numbers went into each. */
function overCount(g: BackwardGraph, sums: Value, x: Value, axes: readonly number[]): Value {
  const count = countOf(axes.map((axis) => g.shape(x)[axis]))
  if (typeof count === 'number') return g.scaled(sums, 1 / count)
  const sizes = g.sizes(axes.map((axis) => ({ of: x, axis })))
  return g.div(sums, g.castLike(g.reduce('ReduceProd', sizes, [0], false), sums))
}

function batchNormalisation(site: RuleSite): (Value | undefined)[] {
  const { g, node, inputs, dy, wants } = site
  const [x, scale, , mean, variance] = inputs
  const rank = g.rank(x)
  const axes = otherAxes(rank)
  const epsilon = floatOf(node, 'epsilon', 1e-5)
  if (intOf(node, 'training_mode', 0) === 1)
    return rank === 2 ? throughRows(site, axes, epsilon) : throughMaps(site, axes, epsilon)
  const inverse = g.node('Reciprocal', [g.node('Sqrt', [g.shifted(variance, epsilon)])])
  const total = () => g.sum(dy, axes, false)
  // sum(dy (x - mean)), from sums over the channel that the other gradients need too
  const along = () => g.sum(g.mul(dy, g.sub(x, perChannel(g, mean, rank))), axes, false)
  const toVariance = () => g.scaled(g.mul(g.mul(along(), scale), g.mul(inverse, g.square(inverse))), -0.5)
  return [
    wants(0) ? g.mul(dy, perChannel(g, g.mul(scale, inverse), rank)) : undefined,
    wants(1) ? g.mul(along(), inverse) : undefined,
    wants(2) ? total() : undefined,
    wants(3) ? g.neg(g.mul(total(), g.mul(scale, inverse))) : undefined,
    wants(4) ? toVariance() : undefined,
  ]
}

/** Over all axes from one on; scale and shift broadcast over the rest. */
function layerNormalisation({
  g,
  node,
  inputs: [x, scale, shift],
  dy,
  wants,
}: RuleSite): (Value | undefined)[] {
  const rank = g.rank(x)
  const from = axisOf(intOf(node, 'axis', -1), rank)
  const axes = Array.from({ length: rank - from }, (_, i) => from + i)
  const normal = normalised(g, x, axes, floatOf(node, 'epsilon', 1e-5))
  return [
    wants(0) ? throughNormalisation(g, normal, g.mul(dy, scale), axes) : undefined,
    wants(1) ? sumTo(g, g.mul(dy, normal.values), scale) : undefined,
    wants(2) && shift ? sumTo(g, dy, shift) : undefined,
  ]
}

/** Each image and each channel by itself. */
function instanceNormalisation({ g, node, inputs: [x, scale], dy, wants }: RuleSite): (Value | undefined)[] {
  const rank = g.rank(x)
  const axes = Array.from({ length: rank - 2 }, (_, i) => i + 2)
  const normal = normalised(g, x, axes, floatOf(node, 'epsilon', 1e-5))
  const perMap = otherAxes(rank)
  return [
    wants(0) ? throughNormalisation(g, normal, g.mul(dy, perChannel(g, scale, rank)), axes) : undefined,
    wants(1) ? g.sum(g.mul(dy, normal.values), perMap, false) : undefined,
    wants(2) ? g.sum(dy, perMap, false) : undefined,
  ]
}

/** Groups of channels; scale and shift are one a group up to operator set 20, one a channel from 21 on. */
function groupNormalisation({ g, node, inputs: [x, scale], dy, wants }: RuleSite): (Value | undefined)[] {
  const groups = intOf(node, 'num_groups', 1)
  const rank = g.rank(x)
  const grouped = g.sizes([{ of: x, axis: 0 }, groups, -1])
  const normal = normalised(g, g.reshapeTo(x, grouped), [2], floatOf(node, 'epsilon', 1e-5))
  const perGroup = g.opset < 21
  const apply = (): Value => {
    if (perGroup) return g.mul(g.reshapeTo(dy, grouped), g.reshapeTo(scale, g.ints([-1, 1])))
    return g.reshapeTo(g.mul(dy, perChannel(g, scale, rank)), grouped)
  }
  const summed = (value: Value): Value =>
    perGroup ? g.sum(g.reshapeTo(value, grouped), [0, 2], false) : g.sum(value, otherAxes(rank), false)
  const along = () => g.mul(dy, g.reshapeLike(normal.values, x))
  return [
    wants(0) ? g.reshapeLike(throughNormalisation(g, normal, apply(), [2]), x) : undefined,
    wants(1) ? summed(along()) : undefined,
    wants(2) ? summed(dy) : undefined,
  ]
}

/** x over its norm along an axis. */
function lpNormalisation({ g, node, inputs: [x], outputs: [y], dy }: RuleSite): [Value] {
  const axes = [axisOf(intOf(node, 'axis', -1), g.rank(x))]
  const square = intOf(node, 'p', 2) === 2
  const norm = g.reduce(square ? 'ReduceL2' : 'ReduceL1', x, axes)
  const direction = square ? y : g.node('Sign', [x])
  return [g.div(g.sub(dy, g.mul(direction, g.sum(g.mul(dy, y), axes))), norm)]
}

/** Operators that normalise. */
export const NORMALISATION: Rules = {
  BatchNormalization: batchNormalisation,
  LayerNormalization: layerNormalisation,
  InstanceNormalization: instanceNormalisation,
  GroupNormalization: groupNormalisation,
  LpNormalization: lpNormalisation,
}
