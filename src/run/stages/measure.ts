import { z } from 'zod'
import { askedFor } from '../../measures/list.js'
import { datasetResultSchema, modelResultSchema } from '../../results/schema.js'
import type { DatasetSpec } from '../dataset-spec.js'
import { describeModel } from '../described.js'
import type { DatasetRunOptions } from '../run-datasets.js'
import { runDataset } from '../run-datasets.js'
import type { MadeImages } from './images.js'
import { keyOf, type Stage } from './stage.js'

const schema = z.strictObject({ dataset: datasetResultSchema, models: z.array(modelResultSchema) })
export type Measured = z.infer<typeof schema>

/**
 * What a spec asks to be measured on a dataset.
 * @param made where a stage makes it; `fingerprint` where it exists
 */
export function measureStage(
  spec: DatasetSpec,
  { images, fingerprint, made }: { images: number; fingerprint: string; made?: Stage<MadeImages> },
  options: DatasetRunOptions,
): Stage<Measured> {
  const needs = made === undefined ? [] : [made]
  const measures = askedFor(spec.measure).map(({ measure }) => measure.id)
  const recipe = [spec.measure, options.seed, options.session.provider, fingerprint]
  return {
    ...{ kind: 'measure', title: spec.name, schema, needs },
    key: keyOf('measure', recipe, needs),
    work: { units: images, unit: 'images', like: measures.join(', ') },
    async make() {
      const outcome = await runDataset(spec, options)
      if ('missing' in outcome) throw new Error(`${outcome.missing[0].id} was there a moment ago`)
      const models = outcome.models.map(({ id, value }) => describeModel(id, value))
      return { outcome: { dataset: outcome.result, models }, files: [] }
    },
  }
}
