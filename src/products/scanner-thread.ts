import { serveThread } from '../threads/thread-side.js'
import type { Candidates, TileTask } from './tile-candidates.js'
import { openKernel, type TileKernel } from './tile-kernel.js'
import { scannerHere } from './tile-scanner.js'

serveThread(async ({ name }: { name: TileKernel['name'] }) => {
  const scanner = scannerHere(await openKernel(name, 1))
  return { do: (task: TileTask): Promise<Candidates> => scanner.scan(task) }
})
