import { parentPort, workerData } from 'node:worker_threads'
import type { Candidates, TileTask } from './tile-candidates.js'
import { openKernel, type TileKernel } from './tile-kernel.js'
import { scannerHere, type TileScanner } from './tile-scanner.js'

/** The answer to a tile: its candidates, or why there are none. */
export type ScannerAnswer = { readonly candidates: Candidates } | { readonly failed: unknown }

if (parentPort !== null) {
  const port = parentPort
  const { name } = workerData as { name: TileKernel['name'] }
  const opening = openKernel(name, 1).then(scannerHere)
  opening.catch(() => {})
  let last: Promise<void> = Promise.resolve()
  port.on('message', (task: TileTask) => {
    last = last.then(() => answer(opening, task)).then((found) => port.postMessage(found))
  })
}

async function answer(opening: Promise<TileScanner>, task: TileTask): Promise<ScannerAnswer> {
  try {
    const scanner = await opening
    return { candidates: await scanner.scan(task) }
  } catch (failed) {
    return { failed }
  }
}
