import { fileURLToPath } from 'node:url'
import { packageFile } from '../program.js'
import { readYaml } from '../yaml-file.js'
import { type Catalogue, catalogueSchema, type Kind, licenceOf, waysToGet } from './catalogue.js'
import type { Sources, SupplyOptions } from './sources.js'

/** One thing that specs can name, and whether it is here. */
export interface StockEntry {
  readonly id: string
  readonly state: 'here' | 'demo' | 'missing'
  /** where it lies; left out where it is missing, or made on demand */
  readonly path?: string
  /** how to get it; left out where it is here */
  readonly howToGet?: string
  /** of what is missing: what the catalogue knows of its licence */
  readonly licence?: string
}

/** The catalogue that comes with the program. */
export function packagedCatalogue(): Promise<Catalogue> {
  return readYaml(fileURLToPath(packageFile('benchmarks/catalogue.yaml')), catalogueSchema)
}

/**
 * Everything of a kind that the catalogue, the paths file or the demo knows, with whether it is here. Nothing is made.
 * @param ids beyond those of the catalogue: what the paths file and the demo name
 */
export async function stockOf(
  kind: Kind,
  ids: readonly string[],
  sources: Sources,
  catalogue: Catalogue,
  cacheFolder: string,
): Promise<StockEntry[]> {
  const supply: SupplyOptions = {
    cacheFolder,
    lookOnly: true,
    progress: { start() {}, update() {}, stop() {} },
  }
  const ways = waysToGet(catalogue, kind)
  const all = [...new Set([...ways.keys(), ...ids])]
  return Promise.all(
    all.map(async (id): Promise<StockEntry> => {
      const found = await locate(kind, id, sources, supply)
      const licence = licenceOf(catalogue, kind, id)
      if (found !== undefined)
        return {
          id,
          state: found.demo ? 'demo' : 'here',
          ...(found.path !== '' && { path: found.path }),
          ...(licence !== undefined && { licence }),
        }
      const howToGet = ways.get(id) ?? 'name it in your paths file'
      return { id, state: 'missing', howToGet, ...(licence !== undefined && { licence }) }
    }),
  )
}

async function locate(
  kind: Kind,
  id: string,
  sources: Sources,
  supply: SupplyOptions,
): Promise<{ readonly path: string; readonly demo: boolean } | undefined> {
  if (kind === 'test set') return sources.testSet(id, supply)
  if (kind === 'dataset') return sources.dataset(id, supply)
  const path = await sources.model(id, supply)
  return path === undefined ? undefined : { path, demo: id.startsWith('demo-') }
}
