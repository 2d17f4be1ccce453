import { BLOCK_ROWS } from './row-index.js'
import { CandidateFinder, type Candidates, type ListedPairs, type TileTask } from './tile-candidates.js'
import type { TileKernel } from './tile-kernel.js'
import { lossBounds, tileScale } from './tile-scale.js'

/** Multiplies tiles and finds their candidates. */
export interface TileScanner<Found = Candidates | ListedPairs> {
  /** how many tiles are worth having under way at a time */
  readonly ahead: number
  scan(task: TileTask): Promise<Found>
}

const NOTHING: Candidates = { step: 1, zero: 0, pairs: new Int32Array(0) }

/** A scanner in this thread, one tile after another: the kernel's own threads share each product. */
export function scannerHere(kernel: TileKernel): TileScanner<Candidates> {
  const bytes = new Uint8Array(BLOCK_ROWS * BLOCK_ROWS)
  const finder = new CandidateFinder()
  return {
    ahead: 1,
    async scan(task) {
      const { left, right, rowNeeds, columnNeeds } = task
      const scale = tileScale(rowNeeds, columnNeeds, lossBounds(left, right))
      if (scale === undefined) return NOTHING
      await kernel.multiply(left, right, scale.step, scale.zero, bytes)
      return finder.find(bytes, task, scale)
    },
  }
}
