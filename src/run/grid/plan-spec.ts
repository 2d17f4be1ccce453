import { Doubts } from '../../doubts/doubts.js'
import { missing, readCatalogue } from '../catalogue.js'
import type { RunOptions } from '../run-options.js'
import type { SupplyOptions } from '../sources.js'
import { type LoadedSpec, testSetIds } from '../spec.js'
import { StageStore } from '../stages/stage-store.js'
import type { GridCell } from './cells.js'
import { cellsOf } from './grid-of-spec.js'
import { type GridOverview, overviewOf } from './overview.js'
import { type PlannedCell, planGrid } from './plan.js'

/**
 * What the grid of a spec will come to; undefined where it has none. Nothing is made.
 * @param atOnce cells that are made side by side @throws InputError
 */
export async function planSpec(
  loaded: LoadedSpec,
  options: RunOptions,
  atOnce = 1,
): Promise<GridOverview | undefined> {
  const cells = cellsOf(loaded)
  if (cells.length === 0) return undefined
  const { cacheFolder, log, session, sources } = options
  const supply: SupplyOptions = { ...supplyOf(loaded.spec, options), lookOnly: true }
  const catalogue = await readCatalogue(loaded.path, loaded.spec.catalogue)
  for (const id of testSetIds(loaded.spec))
    if ((await sources.testSet(id, supply)) === undefined)
      log(`missing test set '${id}': ${missing('test set', id, catalogue).howToGet}`)
  const store = new StageStore({ cacheFolder, log, threads: session.threads })
  return overviewOf(await lookAtCells(loaded, cells, options, store), store, atOnce)
}

/** Plans cells before test sets are opened. Nothing is made. @throws InputError */
export async function lookAtCells(
  { spec, path }: LoadedSpec,
  cells: readonly GridCell[],
  options: RunOptions,
  store: StageStore,
): Promise<PlannedCell[]> {
  if (cells.length === 0) return []
  const supply: SupplyOptions = { ...supplyOf(spec, options), lookOnly: true }
  const catalogue = await readCatalogue(path, spec.catalogue)
  const found: string[] = []
  for (const id of testSetIds(spec))
    if ((await options.sources.testSet(id, supply)) !== undefined) found.push(id)
  return planGrid(cells, {
    ...{ ...options, supply, catalogue, store, doubts: new Doubts() },
    ...{ name: spec.name, protocol: spec.protocol, seed: spec.seed },
    testSets: found.map((id) => testSetInput(id, supply)),
  })
}

/** What sources need to know of a run. */
export function supplyOf(
  { pairsPerFold: ofSpec }: LoadedSpec['spec'],
  {
    cacheFolder,
    progress,
    pairsPerFold = ofSpec,
  }: Pick<RunOptions, 'cacheFolder' | 'progress' | 'pairsPerFold'>,
): SupplyOptions {
  const some = pairsPerFold !== undefined && pairsPerFold !== 'all'
  return { cacheFolder, progress, ...(some && { pairsPerFold }) }
}

/** A test set as cells are verified on it. */
export function testSetInput(
  id: string,
  { pairsPerFold }: SupplyOptions,
): { readonly id: string; readonly pairsPerFold?: number } {
  return { id, ...(pairsPerFold !== undefined && { pairsPerFold }) }
}
