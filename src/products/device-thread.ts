import type { Provider } from '../onnx/providers.js'
import { serveThread } from '../threads/thread-side.js'
import { openDeviceProducts } from './device-products.js'
import type { ListedPairs, TileTask } from './tile-candidates.js'
import type { Operand } from './tile-kernel.js'

/** What a thread is asked for. */
export type DeviceTask =
  | { readonly scan: TileTask }
  | { readonly likely: { readonly left: Operand; readonly right: Operand; readonly own: boolean } }

serveThread(async (provider: Provider) => {
  const products = await openDeviceProducts(provider)
  return {
    do(task: DeviceTask): Promise<ListedPairs | Int32Array> {
      if ('scan' in task) return products.scan(task.scan)
      const { left, right, own } = task.likely
      return products.likely(left, right, own)
    },
  }
})
