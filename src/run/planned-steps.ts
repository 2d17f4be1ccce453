import { stat } from 'node:fs/promises'
import { askedFor } from '../measures/list.js'
import type { Model } from '../models/model.js'
import type { TestSet } from '../test-sets/test-set.js'
import type { DatasetSpec } from './dataset-spec.js'
import type { Identified } from './described.js'
import { generateStep, measureStep, type Step, verifyStep } from './steps.js'

/** What is done for a dataset: it is generated, where its spec says how, and measured. */
export function datasetSteps({ name, generate, measure }: DatasetSpec): Step[] {
  const images = generate === undefined ? 0 : generate.identities * generate.images
  return [
    ...(generate === undefined ? [] : [{ name: generateStep(name), kind: 'generate', work: images }]),
    ...askedFor(measure).map(({ measure: { id } }) => ({ name: measureStep(id, name), kind: id, work: 1 })),
  ]
}

/** The steps of a run in their order. A verification takes as long as its images are many and its network is large. */
export async function stepsOf(
  datasets: readonly DatasetSpec[],
  models: readonly Identified<Model>[],
  testSets: readonly Identified<Pick<TestSet, 'imageCount'>>[],
): Promise<Step[]> {
  const sizes = await Promise.all(models.map(async ({ value }) => (await stat(value.path)).size))
  return [
    ...datasets.flatMap(datasetSteps),
    ...models.flatMap(({ id }, i) =>
      testSets.map((set) => ({
        name: verifyStep(id, set.id),
        kind: 'verify',
        work: sizes[i] * set.value.imageCount,
      })),
    ),
  ]
}
