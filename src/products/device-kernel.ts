import { InputError } from '../errors.js'
import { requireProvider } from '../onnx/provider-check.js'
import type { Provider } from '../onnx/providers.js'
import { ThreadPool } from '../threads/thread-pool.js'
import type { DeviceProducts } from './device-products.js'
import type { DeviceTask } from './device-thread.js'
import type { FeatureRows } from './feature-rows.js'
import { productLoss } from './product-loss.js'
import type { ListedPairs } from './tile-candidates.js'
import type { PackedRows } from './tile-kernel.js'

/**
 * Products on a provider, which looks through them itself: only the pairs that may matter come back, to be decided here in
 * float64. Results are those of any other kernel.
 */
export interface DeviceKernel extends DeviceProducts {
  readonly name: Provider
  /** rows a tile is high and wide */
  readonly blockRows: number
  /** tiles that are worth having under way at a time */
  readonly ahead: number
  /** Rows ready for either side. @throws InputError where the provider's rounding is not known */
  pack(rows: FeatureRows): { readonly left: PackedRows; readonly right: PackedRows }
}

/** A tile brings 2 x 16 MB of features to the device for 67 million products, which take some 700 MB there. */
const BLOCK_ROWS = 8192
/** While one thread's tile is multiplied, another's is brought to the device, and this thread decides pairs. */
const THREADS = 3

/** Unit rows in float32; each side bears half of what a product may lose. */
function packUnit({ matrix, inverseNorms }: FeatureRows, loss: number): PackedRows {
  const { rows, columns, data } = matrix
  const numbers = new Float32Array(new SharedArrayBuffer(4 * rows * columns))
  for (let row = 0, at = 0; row < rows; row++) {
    const scale = inverseNorms[row]
    for (const end = at + columns; at < end; at++) numbers[at] = data[at] * scale
  }
  return {
    ...{ rows, columns, paddedRows: rows, numbers, zero: 0 },
    steps: Float32Array.of(1),
    norms: new Float64Array(rows).fill(1),
    residuals: new Float64Array(rows).fill(loss / 2),
  }
}

/** @throws InputError where the provider isn't there, or what its rounding may lose is not known */
export async function openDeviceKernel(provider: Provider): Promise<DeviceKernel> {
  if (productLoss(provider, 1) === undefined)
    throw new InputError(
      `exact counts need to know how '${provider}' rounds, which it does not state`,
      '--provider',
      'use --provider cpu for this command',
    )
  await requireProvider(provider)
  const pool = new ThreadPool<DeviceTask, ListedPairs | Int32Array>({
    file: 'device-thread',
    from: import.meta.url,
    threads: THREADS,
    data: provider,
  })
  return {
    name: provider,
    blockRows: BLOCK_ROWS,
    ahead: 2 * THREADS,
    pack(rows) {
      const packed = packUnit(rows, productLoss(provider, rows.matrix.columns) ?? Number.POSITIVE_INFINITY)
      return { left: packed, right: packed }
    },
    scan: (task) => pool.run({ scan: task }) as Promise<ListedPairs>,
    likely: (left, right, own) => pool.run({ likely: { left, right, own } }) as Promise<Int32Array>,
  }
}
