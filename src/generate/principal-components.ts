import { type Matrix, rowsOf } from '../arrays/matrix.js'
import type { NpyArray } from '../arrays/npy.js'
import { encodeNpz, isNpz, readNpz } from '../arrays/npz.js'
import { readHead } from '../arrays/open-rows.js'
import { writeDurably } from '../bytes/files.js'
import { InputError } from '../errors.js'
import { product, productOfColumns } from '../linear-algebra/products.js'
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.js'
import { RandomStream } from '../random/philox.js'

/** A principal component analysis with all its components: the multivariate normal that vectors are drawn from. */
export interface PrincipalComponents {
  /** numbers of a feature */
  readonly width: number
  readonly mean: Float64Array
  /** one component a row, each of length 1, that of the largest variance first */
  readonly components: Matrix<Float64Array>
  /** variance along each component, with n - 1, as scikit-learn's `explained_variance_` */
  readonly variances: Float64Array
}

const ROWS_AT_ONCE = 4096
/** A covariance of so many numbers takes 512 MiB. */
const MOST_WIDE = 8192

/**
 * Fits all components to features, one identity a row, in float64. 2 n width^2 operations in products and
 * 6 width^3 outside them. @throws InputError where a number is not finite or there are fewer than 2 rows
 */
export async function fitPrincipalComponents(
  features: Matrix<Float32Array>,
  where: string,
): Promise<PrincipalComponents> {
  const { rows, columns: width, data } = features
  if (rows < 2 || width < 1)
    throw new InputError(
      `principal components need 2 or more rows, there are ${rows}`,
      where,
      'give more features',
    )
  if (width > MOST_WIDE) {
    throw new InputError(
      `${rows} rows of ${width} numbers; components are fitted to at most ${MOST_WIDE}`,
      where,
      'write one row an identity: is it transposed?',
    )
  }
  const mean = new Float64Array(width)
  for (let i = 0; i < data.length; i++) mean[i % width] += data[i]
  for (let j = 0; j < width; j++) mean[j] /= rows
  if (!mean.every(Number.isFinite)) {
    const row = Math.floor(data.findIndex((value) => !Number.isFinite(value)) / width)
    throw new InputError(
      `the feature in row ${row} has numbers that are not finite`,
      where,
      'leave that row out',
    )
  }
  const covariance = new Float64Array(width * width)
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const centred = Float64Array.from(data.subarray(first * width, (first + ROWS_AT_ONCE) * width))
    for (let i = 0; i < centred.length; i++) centred[i] -= mean[i % width]
    const block = { rows: centred.length / width, columns: width, data: centred }
    const { data: sum } = await productOfColumns(block, block)
    for (let i = 0; i < sum.length; i++) covariance[i] += sum[i] / (rows - 1)
  }
  const { values, vectors } = symmetricEigen({ rows: width, columns: width, data: covariance })
  return { width, mean, components: vectors, variances: values.map((value) => Math.max(0, value)) }
}

/**
 * Candidates number `first .. first + count - 1` of a seed: mean + sum of z_k sqrt(variance_k) component_k with
 * standard normals z. A candidate depends on its number only. Computed in float64 and rounded to float32, so
 * that processors whose products differ in the last bit still give the same bytes almost always.
 * @returns `count * width` numbers
 */
export async function sampleVectors(
  { width, mean, components, variances }: PrincipalComponents,
  seed: number,
  first: number,
  count: number,
): Promise<Float32Array> {
  const deviations = variances.map(Math.sqrt)
  // Features of fewer identities than numbers have components without variance: they need no normals.
  const used = deviations.findLastIndex((deviation) => deviation > 0) + 1
  const normals = new Float64Array(count * used)
  for (let i = 0; i < count; i++) {
    const row = normals.subarray(i * used, (i + 1) * used)
    new RandomStream(seed, 'identity', first + i).fillNormal(row)
    for (let k = 0; k < used; k++) row[k] *= deviations[k]
  }
  const { data } = await product({ rows: count, columns: used, data: normals }, rowsOf(components, 0, used))
  const vectors = new Float32Array(count * width)
  for (let i = 0; i < vectors.length; i++) vectors[i] = data[i] + mean[i % width]
  return vectors
}

const KEYS = ['mean', 'components', 'variances'] as const

/** Saves as NumPy's `.npz` with the arrays `mean`, `components` and `variances` in float64. @throws InputError */
export async function writePrincipalComponents(path: string, fitted: PrincipalComponents): Promise<void> {
  const { width, mean, components, variances } = fitted
  const arrays: Record<(typeof KEYS)[number], NpyArray> = {
    mean: { type: '<f8', shape: [width], data: mean },
    components: { type: '<f8', shape: [width, width], data: components.data },
    variances: { type: '<f8', shape: [width], data: variances },
  }
  await writeDurably(path, encodeNpz(arrays))
}

/** Reads what {@link writePrincipalComponents} wrote. @throws InputError where it is something else */
export async function readPrincipalComponents(path: string): Promise<PrincipalComponents> {
  const remedy = "write it with 'generate identities --from FEATURES --save-pca FILE'"
  if (!isNpz(await readHead(path))) throw new InputError('this is no .npz file', path, remedy)
  const { arrays } = await readNpz(path, KEYS)
  const [mean, components, variances] = KEYS.map((key) => {
    const array = arrays.get(key)
    if (array === undefined) throw new InputError(`the array '${key}' is missing`, path, remedy)
    const { data, shape } = array
    if (!(data instanceof Float64Array) || !data.every(Number.isFinite))
      throw new InputError(`the array '${key}' is not finite float64`, path, remedy)
    return { data, shape: shape.join(' x ') }
  })
  const width = mean.data.length
  if (
    width === 0 ||
    components.shape !== `${width} x ${width}` ||
    variances.shape !== `${width}` ||
    variances.data.some((variance) => variance < 0)
  ) {
    throw new InputError('the arrays do not fit together', path, remedy)
  }
  return {
    width,
    mean: mean.data,
    components: { rows: width, columns: width, data: components.data },
    variances: variances.data,
  }
}
