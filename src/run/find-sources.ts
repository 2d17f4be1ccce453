import type { RecogniserDescriptor } from '../models/descriptor.js'
import { loadModel, type Model, requireRole } from '../models/model.js'
import type { Missing } from '../results/schema.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import type { TestSet } from '../test-sets/test-set.js'
import { type Catalogue, facesIn, missing, readCatalogue } from './catalogue.js'
import type { Identified } from './described.js'
import type { Portrayed } from './faces.js'
import { supplyOf } from './grid/plan-spec.js'
import type { RunOptions } from './run-options.js'
import { type SupplyOptions, supplied } from './sources.js'
import { type LoadedSpec, testSetIds } from './spec.js'

/** Everything that a spec names and that was found, and what was not. */
export interface FoundSources {
  readonly models: Identified<Model<RecogniserDescriptor>>[]
  readonly testSets: (Identified<TestSet> & Portrayed)[]
  readonly missing: Missing[]
  readonly catalogue: Catalogue
  readonly supply: SupplyOptions
}

/** Finds the recognisers and test sets of a spec's tables. The caller closes the test sets. @throws InputError */
export async function findSources(
  loaded: LoadedSpec,
  modelIds: readonly string[],
  options: Pick<RunOptions, 'sources' | 'cacheFolder' | 'progress' | 'pairsPerFold' | 'log'> & {
    /** called as a test set is drawn that is made on first use */
    readonly onStep?: (name: string) => void
  },
): Promise<FoundSources> {
  const { spec } = loaded
  const catalogue = await readCatalogue(loaded.path, spec.catalogue)
  const supply = supplyOf(spec, options)
  const plan: FoundSources = { models: [], testSets: [], missing: [], catalogue, supply }
  for (const id of new Set(modelIds)) {
    const path = await options.sources.model(id, supply)
    if (path === undefined) plan.missing.push(missing('model', id, catalogue))
    else plan.models.push({ id, value: requireRole(await loadModel(path), 'recogniser') })
  }
  for (const id of testSetIds(spec)) {
    const location = await supplied(
      (...asked) => options.sources.testSet(...asked),
      id,
      supply,
      options.onStep,
    )
    if (location === undefined) plan.missing.push(missing('test set', id, catalogue))
    else {
      const value = await openTestSet(location.path, {
        images: location.images,
        name: id,
        note: options.log,
      })
      const faces = location.faces ?? facesIn(catalogue, 'test set', id)
      plan.testSets.push({ id, value, demo: location.demo, faces })
    }
  }
  return plan
}
