import type { ImageSetOptions } from '../features/image-set.js'
import type { Progress } from '../progress.js'
import { drawStep } from './steps.js'
import type { PlacedTrainer } from './trainers/outside-spec.js'

/** A test set on disk. `demo` marks rendered data: every table then says so. */
export interface TestSetLocation {
  readonly path: string
  readonly images?: string
  readonly demo: boolean
  /** whether its licence lets its images be shown, where that is told */
  readonly faces?: boolean
  /** images that are drawn on first use and are not there yet: told where only that is asked */
  readonly toDraw?: number
}

/** How a dataset's images are read, where its location says so. */
export type DatasetReading = Pick<ImageSetOptions, 'skipUnreadable' | 'imageField'>

/** A training dataset on disk. */
export interface DatasetLocation {
  readonly path: string
  readonly reading?: DatasetReading
  readonly demo: boolean
  /** as of a test set */
  readonly faces?: boolean
  /** as of a test set */
  readonly toDraw?: number
}

/** What a source may need to make something that it supplies. */
export interface SupplyOptions {
  readonly cacheFolder: string
  readonly progress: Progress
  /** how many pairs of each fold are wanted; all where left out. Files that exist are taken as they are. */
  readonly pairsPerFold?: number
  /** only whether a source has it is asked: nothing is made, and the path of what would have to be is empty */
  readonly lookOnly?: true
}

/**
 * Where models and data come from, by the ids that a spec uses: a user's paths file, or the built-in default. What a
 * source does not have it answers with undefined.
 */
export interface Sources {
  model(id: string, options: SupplyOptions): Promise<string | undefined>
  testSet(id: string, options: SupplyOptions): Promise<TestSetLocation | undefined>
  dataset(id: string, options: SupplyOptions): Promise<DatasetLocation | undefined>
  /** every id of a kind that it supplies, where it can tell */
  ids?(kind: 'model' | 'test set' | 'dataset'): readonly string[]
  /** a training program that is not this one */
  trainer?(id: string): Promise<PlacedTrainer | undefined>
}

/**
 * What a source supplies of an id. What it has to draw first is a step of the run.
 * @param onStep called as the drawing begins
 */
export async function supplied<T extends { readonly toDraw?: number }>(
  ask: (id: string, options: SupplyOptions) => Promise<T | undefined>,
  id: string,
  supply: SupplyOptions,
  onStep: (name: string) => void = () => {},
): Promise<T | undefined> {
  const looked = await ask(id, { ...supply, lookOnly: true })
  if (looked === undefined || supply.lookOnly === true) return looked
  if (looked.toDraw) onStep(drawStep(id))
  return ask(id, supply)
}

/** Asks several sources in turn. */
export function firstOf(sources: readonly Sources[]): Sources {
  const ask = async <T>(question: (source: Sources) => Promise<T | undefined>): Promise<T | undefined> => {
    for (const source of sources) {
      const answer = await question(source)
      if (answer !== undefined) return answer
    }
    return undefined
  }
  return {
    model: (id, options) => ask((source) => source.model(id, options)),
    testSet: (id, options) => ask((source) => source.testSet(id, options)),
    dataset: (id, options) => ask((source) => source.dataset(id, options)),
    ids: (kind) => sources.flatMap((source) => source.ids?.(kind) ?? []),
    trainer: (id) => ask(async (source) => source.trainer?.(id)),
  }
}
