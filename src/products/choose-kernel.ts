import { RandomStream } from '../random/philox.js'
import { type FeatureRows, featureRows, sliceRows } from './feature-rows.js'
import { openFloatKernel, openIntegerKernel, type TileKernel } from './tile-kernel.js'

const TRIAL_ROWS = 512
const TRIAL_COLUMNS = 512
const TRIALS = 3
/** A bound wider than this leaves so many pairs open that float32 products are faster. */
const WIDEST_LOSS = 0.08

async function bestTime(kernel: TileKernel, rows: FeatureRows): Promise<number> {
  const left = kernel.packLeft(rows)
  const right = kernel.packRight(rows)
  const out = new Uint8Array(left.rows * right.paddedRows)
  let best = Number.POSITIVE_INFINITY
  for (let trial = 0; trial <= TRIALS; trial++) {
    const start = performance.now()
    await kernel.multiply(left, right, 1, 0, out)
    if (trial > 0) best = Math.min(best, performance.now() - start)
  }
  return best
}

interface Kernels {
  readonly integer: TileKernel
  readonly float: TileKernel
  readonly integerIsFaster: boolean
}

async function openAndTime(): Promise<Kernels> {
  const integer = await openIntegerKernel()
  const float = await openFloatKernel()
  const data = new Float32Array(TRIAL_ROWS * TRIAL_COLUMNS)
  new RandomStream(0, 'kernel trial').fillNormal(data)
  const rows = featureRows({ rows: TRIAL_ROWS, columns: TRIAL_COLUMNS, data }, 'trial')
  const integerIsFaster = (await bestTime(integer, rows)) < (await bestTime(float, rows))
  return { integer, float, integerIsFaster }
}

let kernels: Promise<Kernels> | undefined

/**
 * The faster kernel for such rows on this machine, found by a trial of a few milliseconds. Results are the
 * same with either. Rows whose weight sits in a few numbers lose too much as integers and get float32.
 */
export async function chooseKernel(rows: FeatureRows): Promise<TileKernel> {
  kernels ??= openAndTime()
  const { integer, float, integerIsFaster } = await kernels
  if (!integerIsFaster) return float
  const { residuals } = integer.packLeft(sliceRows(rows, 0, Math.min(64, rows.matrix.rows)))
  const mean = residuals.reduce((sum, residual) => sum + residual, 0) / residuals.length
  return mean <= WIDEST_LOSS ? integer : float
}
