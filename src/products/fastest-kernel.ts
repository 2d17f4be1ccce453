import type { Provider } from '../onnx/providers.js'
import { RandomStream } from '../random/philox.js'
import { openDeviceKernel } from './device-kernel.js'
import { type FeatureRows, featureRows } from './feature-rows.js'
import type { ProductKernel } from './row-index.js'
import { openFloatKernel, openIntegerKernel, type TileKernel } from './tile-kernel.js'

const TRIAL_ROWS = 512
const TRIAL_COLUMNS = 512
const TRIALS = 4

/** Processor time, which other programs on the machine hardly change; the least of some trials, in microseconds. */
async function leastTime(kernel: TileKernel, rows: FeatureRows): Promise<number> {
  const { left, right } = kernel.pack(rows)
  const out = new Uint8Array(left.rows * right.paddedRows)
  let least = Number.POSITIVE_INFINITY
  for (let trial = 0; trial <= TRIALS; trial++) {
    const start = process.cpuUsage()
    await kernel.multiply(left, right, 1, 0, out)
    const { user, system } = process.cpuUsage(start)
    if (trial > 0) least = Math.min(least, user + system)
  }
  return least
}

async function openAndTime(): Promise<TileKernel> {
  const integer = await openIntegerKernel()
  const float = await openFloatKernel()
  const data = new Float32Array(TRIAL_ROWS * TRIAL_COLUMNS)
  new RandomStream(0, 'kernel trial').fillNormal(data)
  const rows = featureRows({ rows: TRIAL_ROWS, columns: TRIAL_COLUMNS, data }, 'trial')
  return (await leastTime(integer, rows)) < (await leastTime(float, rows)) ? integer : float
}

let fastest: Promise<TileKernel> | undefined

/** The faster kernel on this machine, found once by a trial of some milliseconds. Results are the same with either. */
export function fastestKernel(): Promise<TileKernel> {
  fastest ??= openAndTime()
  return fastest
}

/** The kernel for a provider. @throws InputError where it isn't there, or what its rounding may lose is not known */
export function kernelOn(provider: Provider): Promise<ProductKernel> {
  return provider === 'cpu' ? fastestKernel() : openDeviceKernel(provider)
}
