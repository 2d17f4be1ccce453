import { Doubts } from '../../doubts/doubts.js'
import { findSources } from '../find-sources.js'
import type { RunOptions } from '../run-options.js'
import type { LoadedSpec } from '../spec.js'
import { inOrder } from '../stages/stage.js'
import { StageStore } from '../stages/stage-store.js'
import { Steps } from '../steps.js'
import { cellsOf } from './grid-of-spec.js'
import { goalsOf, planCells } from './plan.js'
import { runCell } from './run-grid.js'
import { madeLine, stageStep, stepsToMake } from './stage-steps.js'

/** The cells of a spec, to be made one by one into the cache: by a shard, or a worker of a pool. */
export interface OpenCells {
  /** Makes a cell. @returns why it could not be made, undefined where it was */
  make(number: number): Promise<string | undefined>
  close(): Promise<void>
}

/** Opens what cells need. @param numbers of the cells that will be made, as far as that is known @throws InputError */
export async function openCells(
  loaded: LoadedSpec,
  numbers: readonly number[],
  options: RunOptions,
): Promise<OpenCells> {
  const cells = cellsOf(loaded)
  const found = await findSources(loaded, [], options)
  const { cacheFolder, log, session } = options
  const store = new StageStore({
    ...{ cacheFolder, log, threads: session.threads },
    onBegin: (stage) => steps.begin(stageStep(stage)),
    onMade: (stage, seconds) => options.onMade?.(madeLine(stage, seconds)),
  })
  const doubts = new Doubts(({ text }) => log(`warning: ${text}`))
  const planned = await planCells(loaded, cells, { ...options, ...found, doubts, store })
  const goals = numbers.flatMap((number) => goalsOf(planned[number]))
  const steps = new Steps(await stepsToMake(inOrder(goals), store), options.progress)
  return {
    async make(number) {
      const { cell } = await runCell(planned[number], store)
      return cell.failure
    },
    async close() {
      for (const { value } of found.testSets) await value.close()
    },
  }
}
