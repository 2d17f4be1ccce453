import { floatOf, intOf, type Node, stringOf } from './node.js'

/** How a Resize finds the numbers between. */
export interface Interpolation {
  readonly mode: string
  readonly coordinates: string
  /** which number is the nearest one where two are as near */
  readonly nearest: string
  readonly cubic: number
  readonly excludeOutside: boolean
}

/** What a Resize says of it; undefined where it crops or antialiases, which is no interpolation between neighbours. */
export function interpolationOf(node: Node): Interpolation | undefined {
  const coordinates = stringOf(node, 'coordinate_transformation_mode', 'half_pixel')
  if (coordinates === 'tf_crop_and_resize' || intOf(node, 'antialias', 0) === 1) return undefined
  return {
    mode: stringOf(node, 'mode', 'nearest'),
    coordinates,
    nearest: stringOf(node, 'nearest_mode', 'round_prefer_floor'),
    cubic: floatOf(node, 'cubic_coeff_a', -0.75),
    excludeOutside: intOf(node, 'exclude_outside', 0) === 1,
  }
}

/** of a matrix that is written into the graph */
const MOST_WEIGHTS = 2 ** 24

const f = Math.fround

/**
 * Where a place of the result lies in what goes in (onnx's Resize, coordinate_transformation_mode). Computed in float32, as
 * onnxruntime does: which of two numbers is the nearest can depend on it.
 */
function placeIn(at: number, before: number, after: number, exact: number, coordinates: string): number {
  const scale = f(exact)
  const halfPixel = f(f(f(at + 0.5) / scale) - 0.5)
  switch (coordinates) {
    case 'asymmetric':
      return f(at / scale)
    case 'align_corners':
      return after === 1 ? 0 : f(f(at * (before - 1)) / (after - 1))
    case 'pytorch_half_pixel':
      return after > 1 ? halfPixel : 0
    case 'half_pixel_symmetric':
      return f(f((before / 2) * f(1 - f(after / f(before * scale)))) + halfPixel)
    default:
      return halfPixel
  }
}

function nearestTo(place: number, how: string): number {
  switch (how) {
    case 'floor':
      return Math.floor(place)
    case 'ceil':
      return Math.ceil(place)
    case 'round_prefer_ceil':
      return Math.floor(place + 0.5)
    default:
      return Math.ceil(place - 0.5)
  }
}

/** Keys' cubic convolution: the weights of the four numbers around a place, `share` behind the second. */
function cubicWeights(share: number, a: number): number[] {
  const far = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
  const near = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1
  return [far(share + 1), near(share), near(1 - share), far(2 - share)]
}

/** The numbers that a place of the result is made of, with their weights. */
function weightsAt(place: number, before: number, how: Interpolation): [index: number, weight: number][] {
  if (how.mode === 'nearest') return [[nearestTo(place, how.nearest), 1]]
  if (how.mode === 'linear') {
    const inside = Math.min(before - 1, Math.max(0, place))
    const low = Math.floor(inside)
    return [
      [low, 1 - (inside - low)],
      [low + 1, inside - low],
    ]
  }
  const low = Math.floor(place)
  const weights = cubicWeights(place - low, how.cubic).map((weight, i): [number, number] => [
    low - 1 + i,
    weight,
  ])
  if (!how.excludeOutside) return weights
  const kept = weights.filter(([index]) => index >= 0 && index < before)
  const total = kept.reduce((sum, [, weight]) => sum + weight, 0)
  return kept.map(([index, weight]) => [index, weight / total])
}

/**
 * Resizing along an axis as a matrix, row-major [after, before]: numbers beyond the edge are those of the edge.
 * @param scale that coordinates are computed with
 */
export function interpolationMatrix(
  before: number,
  after: number,
  scale: number,
  how: Interpolation,
): number[] {
  if (!(after * before <= MOST_WEIGHTS)) throw new RangeError(`resizing ${before} to ${after} numbers`)
  const matrix = new Array<number>(after * before).fill(0)
  for (let at = 0; at < after; at++) {
    const place = placeIn(at, before, after, scale, how.coordinates)
    for (const [index, weight] of weightsAt(place, before, how))
      matrix[at * before + Math.min(before - 1, Math.max(0, index))] += weight
  }
  return matrix
}
