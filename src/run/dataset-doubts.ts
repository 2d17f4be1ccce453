import type { DatasetReader, DatasetRecord } from '../datasets/dataset.js'
import type { Doubt } from '../doubt.js'
import { alikeDoubts } from '../doubts/feature-doubts.js'
import { imageDoubts } from '../doubts/image-doubts.js'
import { inputDoubts } from '../doubts/input-doubts.js'
import type { Model } from '../models/model.js'
import type { Metric } from '../results/metric.js'
import type { Identified } from './described.js'

/**
 * What may make the numbers of a dataset wrong: how its networks are fed, images that look unaligned where recognisers
 * looked at them, identities that are all alike. Looks at a few images, and is the same where numbers come from the cache.
 */
export async function datasetDoubts(
  dataset: { readonly id: string; open(): Promise<DatasetReader> },
  models: readonly Identified<Model>[],
  metrics: readonly Metric[],
): Promise<Doubt[]> {
  const fed = models.flatMap(({ id, value: { descriptor } }) =>
    descriptor.role === 'generator' ? [] : inputDoubts(id, descriptor.input),
  )
  const alike = metrics
    .filter(({ family }) => family === 'average identity similarity')
    .flatMap(({ by = '', value, count = 0 }) => alikeDoubts(by, dataset.id, value, count))
  if (!models.some(({ value }) => value.descriptor.role === 'recogniser')) return [...fed, ...alike]
  return [...fed, ...(await imageDoubts(await firstLook(dataset.id, await dataset.open()))), ...alike]
}

/** Identities whose first image is looked at, and records among which they are sought. */
const LOOKED_AT = 200
const READ_AT_MOST = 10_000

/** First images of the first identities. */
export async function firstLook(name: string, dataset: DatasetReader) {
  const records: DatasetRecord[] = []
  let read = 0
  for await (const record of dataset.records({ keepUnreadable: true })) {
    if (record.image === 0 && record.problem === undefined) records.push(record)
    if (++read === READ_AT_MOST || records.length === LOOKED_AT) break
  }
  return {
    name,
    imageCount: records.length,
    imageName: (index: number) => records[index].name ?? `identity ${records[index].identity}`,
    read: async (index: number) => ({ kind: 'encoded' as const, bytes: records[index].bytes }),
  }
}
