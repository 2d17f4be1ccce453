import type { NpyArray } from '../arrays/npy.js'
import { encodeNpz, type NpzContents, readNpz } from '../arrays/npz.js'
import { InputError } from '../errors.js'
import {
  type FeatureStatistics,
  fitsTogether,
  type MomentsState,
} from '../linear-algebra/streaming-moments.js'

/** A covariance of so many dimensions takes 512 MiB. */
export const MOST_DIMENSIONS = 8192

/** By how much sigma[i][j] and sigma[j][i] may differ, relative to the largest variance: rounding to float32. */
const ASYMMETRY = 1e-5

const REMAKE = 'write it again, with --save-stats or pytorch-fid --save-stats'

function floats(array: NpyArray, name: string, path: string): Float64Array {
  if (array.type === '<f8') return array.data as Float64Array
  if (array.type === '<f4') return Float64Array.from(array.data as Float32Array)
  throw new InputError(`'${name}' holds '${array.type}', not floats`, path, REMAKE)
}

/** A number of images. @throws InputError where it is there and is none */
function count(array: NpyArray | undefined, name: string, path: string): number | undefined {
  if (array === undefined) return undefined
  const value = array.data.length === 1 ? Number(array.data[0]) : Number.NaN
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InputError(`'${name}' is no number of images`, path, REMAKE)
}

function requireArray({ names, arrays }: NpzContents, name: string, path: string): NpyArray {
  const array = arrays.get(name)
  if (array === undefined) {
    const held = names.length === 0 ? 'nothing' : names.map((other) => `'${other}'`).join(', ')
    throw new InputError(`there is no '${name}' in it (it holds ${held})`, path, REMAKE)
  }
  return array
}

function requireCovariance(sigma: Float64Array, n: number, path: string): void {
  let largest = 0
  for (let i = 0; i < n; i++) largest = Math.max(largest, sigma[i * n + i])
  for (let i = 0; i < n; i++) {
    if (sigma[i * n + i] < 0) throw new InputError(`variance ${i} of sigma is below 0`, path, REMAKE)
    for (let j = 0; j <= i; j++) {
      const value = sigma[i * n + j]
      if (!Number.isFinite(value)) throw new InputError(`sigma holds ${value} (row ${i})`, path, REMAKE)
      if (!(Math.abs(value - sigma[j * n + i]) <= ASYMMETRY * largest)) {
        throw new InputError(`sigma is not symmetric (row ${i}, column ${j})`, path, REMAKE)
      }
    }
  }
}

/**
 * Reads the statistics of a set of features: `mu` and `sigma` as pytorch-fid, clean-fid and others write them, and
 * `images` where this program wrote them.
 * @throws InputError where one is missing or they don't fit together, or the covariance was interrupted
 */
export async function readFeatureStatistics(path: string): Promise<FeatureStatistics> {
  const contents = await readNpz(path, ['mu', 'sigma', 'images', 'total'])
  if (contents.names.includes('scatter')) {
    const done = count(contents.arrays.get('images'), 'images', path)
    const total = count(contents.arrays.get('total'), 'total', path)
    throw new InputError(
      `holds an interrupted covariance: ${done} of ${total} images`,
      path,
      'run the command that wrote it again; it goes on from there',
    )
  }
  const mu = requireArray(contents, 'mu', path)
  const sigma = requireArray(contents, 'sigma', path)
  const mean = floats(mu, 'mu', path)
  const n = mean.length
  // Some write the mean as one row.
  const isRow = mu.shape.length > 0 && mu.shape[mu.shape.length - 1] === n
  if (n === 0 || !isRow || sigma.shape.length !== 2 || sigma.shape[0] !== n || sigma.shape[1] !== n) {
    const [mean, covariance] = [mu, sigma].map(({ shape }) => shape.join(' x '))
    throw new InputError(`mu has ${mean} numbers and sigma is ${covariance}`, path, REMAKE)
  }
  if (n > MOST_DIMENSIONS) {
    const remedy = 'reduce the features first'
    throw new InputError(
      `statistics of ${n} dimensions; at most ${MOST_DIMENSIONS} are computed with`,
      path,
      remedy,
    )
  }
  const bad = mean.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) throw new InputError(`mu holds ${mean[bad]} (number ${bad})`, path, REMAKE)
  const data = floats(sigma, 'sigma', path)
  requireCovariance(data, n, path)
  const images = count(contents.arrays.get('images'), 'images', path)
  if (images !== undefined && images < 2) throw new InputError(`statistics of ${images} images`, path, REMAKE)
  return { ...(images !== undefined && { images }), mean, covariance: { rows: n, columns: n, data } }
}

function vector(data: Float64Array): NpyArray {
  return { type: '<f8', shape: [data.length], data }
}

function matrix(data: Float64Array, columns: number): NpyArray {
  return { type: '<f8', shape: [data.length / columns, columns], data }
}

function number(value: number): NpyArray {
  return { type: '<i8', shape: [], data: BigInt64Array.of(BigInt(value)) }
}

/** Statistics as a `.npz` that pytorch-fid reads too: `mu`, `sigma`, and the number of `images`. */
export function encodeFeatureStatistics({ images, mean, covariance }: FeatureStatistics): Uint8Array {
  return encodeNpz({
    mu: vector(mean),
    sigma: matrix(covariance.data, covariance.columns),
    ...(images !== undefined && { images: number(images) }),
  })
}

/** What an interrupted covariance is continued from. */
export interface MomentsCheckpoint {
  readonly state: MomentsState
  /** images that there will be in the end */
  readonly total: number
  /** hash of what the features are made of: model, images, preprocessing */
  readonly source: string
}

/** A checkpoint as a `.npz`; it has no `mu` and `sigma`, so nobody takes it for finished statistics. */
export function encodeMomentsCheckpoint({ state, total, source }: MomentsCheckpoint): Uint8Array {
  const sourceBytes = new TextEncoder().encode(source)
  return encodeNpz({
    images: number(state.images),
    total: number(total),
    mean: vector(state.mean),
    scatter: matrix(state.scatter, state.mean.length),
    pending: matrix(state.pending, state.mean.length),
    source: { type: '|u1', shape: [sourceBytes.length], data: sourceBytes },
  })
}

/** Reads a checkpoint. @throws InputError where it is damaged */
export async function readMomentsCheckpoint(path: string): Promise<MomentsCheckpoint> {
  const contents = await readNpz(path, ['images', 'total', 'mean', 'scatter', 'pending', 'source'])
  const [mean, scatter, pending] = ['mean', 'scatter', 'pending'].map((name) =>
    floats(requireArray(contents, name, path), name, path),
  )
  const images = count(contents.arrays.get('images'), 'images', path)
  const total = count(contents.arrays.get('total'), 'total', path)
  const source = requireArray(contents, 'source', path)
  const known = images !== undefined && total !== undefined && source.data instanceof Uint8Array
  if (!known || !fitsTogether({ images, mean, scatter, pending })) {
    throw new InputError('the checkpoint is damaged', path, 'delete it and start again')
  }
  const state = { images, mean, scatter, pending }
  return { state, total, source: new TextDecoder().decode(source.data) }
}
