import { askedFor } from '../measures/list.js'
import { networkIdsOf } from './dataset-spec.js'
import type { AskedIds } from './paths-names.js'
import { type Spec, testSetIds } from './spec.js'

/** Every id that a spec names, by kind. */
export function askedIds({ tables, datasets, cell, axes }: Spec): AskedIds {
  const models = new Set<string>()
  const others = new Set<string>()
  for (const { rows } of tables) for (const { model } of rows) if (model !== undefined) models.add(model)
  for (const { id, generate, measure } of datasets) {
    if (generate === undefined) others.add(id)
    else {
      others.add(generate.identityFeatures)
      for (const network of networkIdsOf(generate)) models.add(network)
    }
    for (const { needs } of askedFor(measure)) {
      for (const model of needs.models ?? []) models.add(model.id)
      for (const pipeline of needs.pipelines ?? []) models.add(pipeline)
      for (const reference of needs.references ?? []) others.add(reference)
    }
  }
  // What a cell comes to stands in its axes: every text there may be an id.
  for (const text of textsIn([cell, axes])) {
    models.add(text)
    others.add(text)
  }
  return {
    model: [...models],
    'test set': testSetIds({ tables }),
    dataset: [...others],
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : []
}
