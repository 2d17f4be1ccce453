import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'
import { lengthAlong, meanOf, minus } from '../generator/losses/directions.js'
import type { AttributesSpec } from './attributes-spec.js'

/** Degrees within which a pose's loss is a square. */
const POSE_BEND = 3
const SHORTEST = 1e-8

/** What a batch's outputs come to: each one number. */
export interface Judged {
  readonly loss: Value
  /** mean distance from what was wanted, in its unit */
  readonly error: Value
}

/** What a network of a role is taught. */
export interface Aim {
  /** columns of the table that it is taught by, where the spec names none: all, where this is left out */
  readonly columns?: readonly string[]
  /** what the readout's numbers are multiplied by, so that fresh ones are of about the size wanted */
  readonly scale: number
  /** numbers of the readout */
  size(spec: AttributesSpec, columns: number): number
  /** the readout is part of the network, or it only teaches */
  readonly isWritten: boolean
  /** what the numbers of a column become before they are compared */
  target(spec: AttributesSpec, column: Float64Array): Float64Array
  /** @param given the readout, [batch, size] @param wanted [batch, columns] */
  judge(g: GraphBuilder, given: Value, wanted: Value): Judged
}

/** Squared near 0, absolute beyond: PyTorch's `smooth_l1_loss`. */
function smooth(g: GraphBuilder, difference: Value, bend: number): Judged {
  const distance = g.node('Abs', [difference])
  const near = g.node('Min', [distance, g.floats(bend)])
  const half = g.mul(near, g.floats(0.5))
  const each = g.mul(g.mul(near, minus(g, distance, half)), g.floats(1 / bend))
  return { loss: meanOf(g, each), error: meanOf(g, distance) }
}

/** Every role that can be taught by a table of attributes. */
export const AIMS = {
  /** Yaw, pitch and roll in degrees. */
  pose: {
    columns: ['yaw', 'pitch', 'roll'],
    scale: 45,
    isWritten: true,
    size: (_, columns) => columns,
    target: (_, column) => column,
    judge: (g, given, wanted) => smooth(g, minus(g, given, wanted), POSE_BEND),
  },
  /** A vector whose length is the quality, as MagFace's: 0..1 of the table within the spec's range. */
  quality: {
    columns: ['quality'],
    scale: 6,
    isWritten: true,
    size: ({ quality }) => quality.size,
    target: ({ quality: { range } }, column) =>
      column.map((share) => range[0] + (range[1] - range[0]) * share),
    judge: (g, given, wanted) => smooth(g, minus(g, lengthAlong(g, given, 1, SHORTEST), wanted), 1),
  },
  /** Features from which everything in the table can be read by a linear map, which is not kept. */
  features: {
    scale: 1,
    isWritten: false,
    size: (_, columns) => columns,
    target: (_, column) => standardised(column),
    judge(g, given, wanted) {
      const difference = minus(g, given, wanted)
      return { loss: meanOf(g, g.mul(difference, difference)), error: meanOf(g, g.node('Abs', [difference])) }
    },
  },
} as const satisfies Readonly<Record<string, Aim>>

export type AimName = keyof typeof AIMS
export const AIM_NAMES = Object.keys(AIMS) as AimName[]
export const aimOf = ({ role }: AttributesSpec): Aim => AIMS[role]

/** With mean 0 and variance 1; a column that never changes becomes 0. */
function standardised(column: Float64Array): Float64Array {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length
  const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length
  const deviation = Math.max(Math.sqrt(variance), 1e-6)
  return column.map((value) => (value - mean) / deviation)
}
