import { computed, times } from '../dimension.js'
import type { ElementType } from '../element-types.js'
import type { Node } from '../node.js'
import type { Dimension, PortType } from '../port.js'

/** What is known of a value before the network runs. */
export interface Known {
  readonly type: PortType
  /** undefined where not even the number of axes is known */
  readonly shape: readonly Dimension[] | undefined
  /** the numbers themselves, row-major, of a small constant or of sizes; flags are 0 and 1 */
  readonly value?: readonly Dimension[]
}

/** Constants of more numbers than this are not looked into. */
export const MOST_NUMBERS = 4096

/** No network has tensors of more axes: a file that asks for more is damaged. */
export const MOST_AXES = 64

/** What a rule sees of its operator. */
export interface Site {
  readonly node: Node
  /** version of onnx's own operators */
  readonly opset: number
  /** undefined for an optional input that is left out */
  readonly inputs: readonly (Known | undefined)[]
}

/** Says what comes out of an operator: one result or several. */
export type ShapeRule = (site: Site) => Known | readonly Known[]

export const UNKNOWN: Known = { type: 'unknown', shape: undefined }

export const known = (
  type: PortType,
  shape: readonly Dimension[] | undefined,
  value?: readonly Dimension[],
): Known => (value === undefined || value.length > MOST_NUMBERS ? { type, shape } : { type, shape, value })

/** The numbers of an input, where all are known. */
export function numbersIn(input: Known | undefined): readonly number[] | undefined {
  return input?.value?.every((each) => typeof each === 'number') ? (input.value as number[]) : undefined
}

/** The number of an axis counted from the end where it is negative. Throws a RangeError where there is none. */
export function axisOf(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis
  if (at < 0 || at > rank) throw new RangeError(`axis ${axis} of ${rank}`)
  return at
}

export const countOf = (shape: readonly Dimension[]): Dimension => times(...shape)

/** The numbers of a result that only rearranges those of x, by the place that each is taken from. */
export function rearranged(
  x: Known | undefined,
  shape: readonly Dimension[] | undefined,
  placeIn: (place: readonly number[]) => readonly number[],
): readonly Dimension[] | undefined {
  if (x?.value === undefined || x.shape === undefined || shape === undefined) return undefined
  if (![...shape, ...x.shape].every((size) => typeof size === 'number')) return undefined
  const [from, to] = [x.shape as readonly number[], shape as readonly number[]]
  const count = to.reduce((a, b) => a * b, 1)
  if (count > MOST_NUMBERS) return undefined
  return Array.from({ length: count }, (_, i) => {
    const place: number[] = []
    for (let axis = to.length - 1, rest = i; axis >= 0; axis--) {
      place.unshift(rest % to[axis])
      rest = Math.floor(rest / to[axis])
    }
    const index = placeIn(place).reduce((at, position, axis) => at * from[axis] + position, 0)
    return (x.value as readonly Dimension[])[index]
  })
}

/** The size of an axis that two tensors share by broadcasting. */
export function broadcastSize(a: Dimension, b: Dimension): Dimension {
  if (a === b || b === 1) return a
  if (a === 1) return b
  if (typeof a === 'number') return a
  if (typeof b === 'number') return b
  return computed(`max(${[a, b].toSorted().join()})`)
}

export function broadcast(
  ...shapes: readonly (readonly Dimension[] | undefined)[]
): readonly Dimension[] | undefined {
  if (shapes.some((shape) => shape === undefined)) return undefined
  const all = shapes as readonly (readonly Dimension[])[]
  const rank = Math.max(0, ...all.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) =>
    all.reduce<Dimension>((size, shape) => broadcastSize(size, shape[axis - rank + shape.length] ?? 1), 1),
  )
}

export const typeOf = (input: Known | undefined): PortType => input?.type ?? 'unknown'

/** Whether a type is one of integers or flags. */
export const isWhole = (type: PortType): boolean => /int|bool/.test(type)

export type { ElementType }
