import { computed, dividedBy, times } from '../dimension.js'
import { intOf, intsOf } from '../node.js'
import type { Dimension } from '../port.js'
import { axesOf, hasAxes } from './axes.js'
import {
  axisOf,
  broadcast,
  countOf,
  type Known,
  known,
  MOST_AXES,
  MOST_NUMBERS,
  rearranged,
  type ShapeRule,
  type Site,
  typeOf,
} from './known.js'

const isRank = (size: Dimension | undefined): size is number =>
  typeof size === 'number' && size >= 0 && size <= MOST_AXES

/** The shape that a Reshape is asked for, with 0 and -1 filled in. */
function reshapedTo(
  x: Known | undefined,
  target: readonly Dimension[],
  keepZero: boolean,
): readonly Dimension[] {
  const sizes = target.map((size, i) =>
    size === 0 && keepZero ? (x?.shape?.[i] ?? computed(`?${i}`)) : size,
  )
  const free = sizes.indexOf(-1)
  if (free < 0) return sizes
  const rest = times(...sizes.filter((_, i) => i !== free))
  const total = x?.shape === undefined ? undefined : countOf(x.shape)
  sizes[free] =
    (total === undefined ? undefined : dividedBy(total, rest)) ?? computed(`${total ?? '?'}/${rest}`)
  return sizes
}

function reshape({ node, inputs: [x, target] }: Site): Known {
  const sizes = intsOf(node, 'shape') ?? target?.value
  if (sizes !== undefined) {
    return known(typeOf(x), reshapedTo(x, sizes, intOf(node, 'allowzero', 0) === 0), x?.value)
  }
  const rank = target?.shape?.[0]
  return known(
    typeOf(x),
    isRank(rank) ? Array.from({ length: rank }, (_, i) => computed(`${node.outputs[0]}.${i}`)) : undefined,
  )
}

function squeeze(site: Site): Known {
  const [x] = site.inputs
  const axes = axesOf(site, 1)
  if (x?.shape === undefined || (axes === undefined && hasAxes(site, 1))) return known(typeOf(x), undefined)
  const { shape } = x
  const gone = axes?.map((axis) => axisOf(axis, shape.length))
  return known(
    x.type,
    shape.filter((size, i) => (gone === undefined ? size !== 1 : !gone.includes(i))),
    x.value,
  )
}

function unsqueeze(site: Site): Known {
  const [x] = site.inputs
  const axes = axesOf(site, 1)
  if (x?.shape === undefined || axes === undefined) return known(typeOf(x), undefined)
  const rank = x.shape.length + axes.length
  const fresh = axes.map((axis) => axisOf(axis, rank))
  const rest = [...x.shape]
  const shape = Array.from({ length: rank }, (_, i) => (fresh.includes(i) ? 1 : (rest.shift() as Dimension)))
  return known(x.type, shape, x.value)
}

function blocks(grow: boolean): ShapeRule {
  return ({ node, inputs: [x] }) => {
    if (x?.shape?.length !== 4) return known(typeOf(x), undefined)
    const [n, c, h, w] = x.shape
    const size = intOf(node, 'blocksize', 1)
    const over = (a: Dimension, b: number) => dividedBy(a, b) ?? computed(`${a}/${b}`)
    return known(
      x.type,
      grow
        ? [n, over(c, size * size), times(h, size), times(w, size)]
        : [n, times(c, size * size), over(h, size), over(w, size)],
    )
  }
}

/** Operators that arrange the same numbers otherwise, or repeat them. */
export const RESHAPING: Readonly<Record<string, ShapeRule>> = {
  Reshape: reshape,
  Flatten: ({ node, inputs: [x] }) => {
    if (x?.shape === undefined) return known(typeOf(x), undefined)
    const axis = axisOf(intOf(node, 'axis', 1), x.shape.length)
    return known(x.type, [countOf(x.shape.slice(0, axis)), countOf(x.shape.slice(axis))], x.value)
  },
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: ({ node, inputs: [x] }) => {
    if (x?.shape === undefined) return known(typeOf(x), undefined)
    const { shape } = x
    const perm = intsOf(node, 'perm') ?? shape.map((_, i) => shape.length - 1 - i)
    const turned = perm.map((axis) => shape[axis])
    const value = rearranged(x, turned, (place) => shape.map((_, axis) => place[perm.indexOf(axis)]))
    return known(x.type, turned, value)
  },
  Expand: ({ node, inputs: [x, target] }) => {
    const shape = target?.value === undefined ? undefined : broadcast(x?.shape, target.value)
    const value =
      x?.value?.length === 1 && shape?.every((size) => typeof size === 'number')
        ? new Array<Dimension>(Math.min(countOf(shape) as number, MOST_NUMBERS + 1)).fill(x.value[0])
        : undefined
    const rank = target?.shape?.[0]
    const unknown =
      isRank(rank) && x?.shape !== undefined
        ? Array.from({ length: Math.max(rank, x.shape.length) }, (_, i) =>
            computed(`${node.outputs[0]}.${i}`),
          )
        : undefined
    return known(typeOf(x), shape ?? unknown, value)
  },
  Tile: ({ node, inputs: [x, repeats] }) =>
    known(
      typeOf(x),
      x?.shape?.map((size, i) =>
        repeats?.value === undefined ? computed(`${node.outputs[0]}.${i}`) : times(size, repeats.value[i]),
      ),
    ),
  DepthToSpace: blocks(true),
  SpaceToDepth: blocks(false),
}
