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

/**
 * When the mean of the other folds' features is subtracted: `facenet` divides every feature by its norm first and
 * subtracts the mean of unit features; `magface` subtracts the mean of the features as the network gave them, whose
 * norms MagFace is about, and normalises afterwards (`eval_1v1.py`). The two differ where norms do.
 */
export const MEAN_SUBTRACTIONS = ['facenet', 'magface'] as const
export type MeanSubtraction = (typeof MEAN_SUBTRACTIONS)[number]

/** @throws InputError where the values hold NaN or are all zero */
function checkedNorm(values: Float64Array, where: () => string): number {
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i]
  if (!Number.isFinite(squares)) {
    throw new InputError('the feature holds NaN or infinity', where(), 'check the model and the image')
  }
  if (squares === 0)
    throw new InputError('the feature is a zero vector', where(), 'check the model and the image')
  return Math.sqrt(squares)
}

function normalise(values: Float64Array, where: () => string): void {
  const norm = checkedNorm(values, where)
  for (let i = 0; i < values.length; i++) values[i] /= norm
}

/**
 * The features of all images with their mirrors', `images * size` numbers, in float64 as the reference implementations
 * use.
 * @param unit whether each is divided by its norm
 * @param describe names an image in messages
 * @throws InputError at a feature that holds NaN or is zero
 */
export function fusedFeatures(
  features: ImageFeatures,
  fusion: Fusion,
  unit: boolean,
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
    if (unit) normalise(fused, where)
    else checkedNorm(fused, where)
  }
  return out
}

/** What is done to a feature before it is compared. */
export interface Centring {
  /** subtracted from every feature */
  readonly mean: Float64Array
  /** whether it is divided by its norm afterwards (an angle is the same either way) */
  readonly normalise: boolean
}

/**
 * The distance of every pair.
 * @param features row after row: unit features, or whatever `centring` makes such
 */
export function pairDistances(
  features: Float64Array,
  size: number,
  pairs: Pairs,
  distance: Distance,
  centring?: Centring,
): Float64Array {
  const out = new Float64Array(pairs.first.length)
  const a = new Float64Array(size)
  const b = new Float64Array(size)
  const take = (image: number, into: Float64Array): void => {
    const from = image * size
    if (centring === undefined) {
      for (let i = 0; i < size; i++) into[i] = features[from + i]
      return
    }
    for (let i = 0; i < size; i++) into[i] = features[from + i] - centring.mean[i]
    if (!centring.normalise || distance === 'angular') return
    const norm = Math.sqrt(dotProduct(into, into))
    if (norm > 0) for (let i = 0; i < size; i++) into[i] /= norm
  }
  for (let pair = 0; pair < out.length; pair++) {
    take(pairs.first[pair], a)
    take(pairs.second[pair], b)
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

const products = { scratch: new Float64Array(0) }

/** Added up as NumPy's `sum(a * b)`. */
function dotProduct(a: Float64Array, b: Float64Array): number {
  if (products.scratch.length !== a.length) products.scratch = new Float64Array(a.length)
  const { scratch } = products
  for (let i = 0; i < a.length; i++) scratch[i] = a[i] * b[i]
  return numpySum(scratch)
}

function angle(a: Float64Array, b: Float64Array): number {
  const norms = Math.sqrt(dotProduct(a, a)) * Math.sqrt(dotProduct(b, b))
  return norms === 0 ? Math.PI / 2 : Math.acos(Math.min(1, Math.max(-1, dotProduct(a, b) / norms)))
}
