import { InputError } from '../errors.js'
import type { Pairs } from '../test-sets/test-set.js'
import { numpySum } from './numpy-sum.js'

/** The features of the images of a set, as the network gave them. */
export interface ImageFeatures {
  readonly images: number
  /** numbers a feature */
  readonly size: number
  /** `images * size` numbers, row after row */
  readonly plain: Float32Array
  /** the same of the mirrored images; left out where no mirroring is wanted */
  readonly mirrored?: Float32Array
}

/**
 * How an image's feature and its mirror's become one: their `sum` as the network gives them (insightface, the paper),
 * or `unit-sum`, where each is a unit vector first. AdaFace's norm-weighted sum is `sum` of a network whose descriptor
 * names its norm output (`output.norm`).
 */
export type Fusion = 'sum' | 'unit-sum'

/**
 * `squared-euclidean` of unit features, 0 .. 4 (insightface, the paper); `angular` is arccos(cosine) / pi, 0 .. 1
 * (facenet's distance_metric 1).
 */
export type Distance = 'squared-euclidean' | 'angular'

/** Divides `values` by their norm. @throws InputError where they hold NaN or are all zero */
function normalise(values: Float64Array, where: () => string): void {
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i]
  if (!Number.isFinite(squares)) {
    throw new InputError('the feature holds NaN or infinity', where(), 'check the model and the image')
  }
  if (squares === 0)
    throw new InputError('the feature is a zero vector', where(), 'check the model and the image')
  const norm = Math.sqrt(squares)
  for (let i = 0; i < values.length; i++) values[i] /= norm
}

/**
 * The unit features of all images, `images * size` numbers, in float64 as the reference implementations use.
 * @param describe names an image in messages
 * @throws InputError at a feature that holds NaN or is zero
 */
export function unitFeatures(
  features: ImageFeatures,
  fusion: Fusion,
  describe: (image: number) => string,
): Float64Array {
  const { images, size, plain, mirrored } = features
  const out = Float64Array.from(plain)
  const mirror = new Float64Array(size)
  for (let image = 0; image < images; image++) {
    const offset = image * size
    const fused = out.subarray(offset, offset + size)
    const where = (): string => describe(image)
    if (mirrored !== undefined) {
      mirror.set(mirrored.subarray(offset, offset + size))
      if (fusion === 'unit-sum') {
        normalise(fused, where)
        normalise(mirror, where)
      }
      for (let i = 0; i < size; i++) fused[i] += mirror[i]
    }
    normalise(fused, where)
  }
  return out
}

/**
 * The distance of every pair.
 * @param units unit features, row after row
 * @param mean subtracted from every feature first (facenet's subtract_mean)
 */
export function pairDistances(
  units: Float64Array,
  size: number,
  pairs: Pairs,
  distance: Distance,
  mean?: Float64Array,
): Float64Array {
  const out = new Float64Array(pairs.first.length)
  const a = new Float64Array(size)
  const b = new Float64Array(size)
  for (let pair = 0; pair < out.length; pair++) {
    const first = pairs.first[pair] * size
    const second = pairs.second[pair] * size
    for (let i = 0; i < size; i++) {
      const shift = mean === undefined ? 0 : mean[i]
      a[i] = units[first + i] - shift
      b[i] = units[second + i] - shift
    }
    out[pair] = distance === 'squared-euclidean' ? squaredDistance(a, b) : angle(a, b) / Math.PI
  }
  return out
}

/** Overwrites `a`. */
function squaredDistance(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i]
    a[i] = difference * difference
  }
  return numpySum(a)
}

function angle(a: Float64Array, b: Float64Array): number {
  let dot = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i]
    aa += a[i] * a[i]
    bb += b[i] * b[i]
  }
  const norms = Math.sqrt(aa) * Math.sqrt(bb)
  return norms === 0 ? Math.PI / 2 : Math.acos(Math.min(1, Math.max(-1, dot / norms)))
}
