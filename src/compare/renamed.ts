import { InputError } from '../errors.js'
import type { Results } from '../results/schema.js'

/** A recogniser, test set or dataset that new results call otherwise. */
export interface Renamed {
  readonly old: string
  readonly name: string
}

/**
 * Results with the old names in place of the new ones, so that they are compared with what has the old ones.
 * @throws InputError where the results have nothing of a name
 */
export function withOldNames(results: Results, renamed: readonly Renamed[], path: string): Results {
  const ids = [results.models, results.testSets, results.datasets].flatMap((list) => list.map(({ id }) => id))
  const names = new Set([...ids, ...results.evaluations.map(({ model }) => model)])
  const missing = renamed.find(({ name }) => !names.has(name))
  if (missing !== undefined)
    throw new InputError(
      `nothing is called '${missing.name}'`,
      path,
      `--renamed takes OLD=NEW; there are ${[...names].map((name) => `'${name}'`).join(', ')}`,
    )
  const oldOf = (id: string): string => renamed.find(({ name }) => name === id)?.old ?? id
  const identified = <T extends { readonly id: string }>(list: readonly T[]): T[] =>
    list.map((thing) => ({ ...thing, id: oldOf(thing.id) }))
  return {
    ...results,
    models: identified(results.models),
    testSets: identified(results.testSets),
    datasets: identified(results.datasets),
    evaluations: results.evaluations.map((evaluation) => ({
      ...evaluation,
      model: oldOf(evaluation.model),
      testSet: oldOf(evaluation.testSet),
    })),
  }
}
