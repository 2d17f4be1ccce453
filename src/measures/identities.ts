import { z } from 'zod'
import type { Grouped } from '../metrics/grouped-moments.js'
import type { WithinIdentity } from '../metrics/within-identity.js'
import type { FeatureRows } from '../products/index.js'
import type { Metric } from '../results/schema.js'
import { defineMeasure } from './measure.js'
import { modelId, recognisers } from './options.js'
import { shareError } from './separability.js'
import { countingPairs, type LabelledChunks, type Subject } from './subject.js'

/** How well the images of each identity hold together, and how much they differ. */
export const identities = defineMeasure({
  id: 'identities',
  title: 'Within identities',
  summary: 'how well the images of an identity hold together',
  options: z.strictObject({
    recognisers,
    models: z
      .array(modelId)
      .default([])
      .describe('quality and pose models, whose variation within identities is wanted'),
    brightness: z.boolean().default(false).describe('whether the variation of brightness is wanted'),
  }),
  gives: [
    { family: 'consistency', means: "images whose nearest identity feature is their own identity's" },
    { family: 'similarity to the identity', means: "mean cosine of an image and its identity's feature" },
    {
      family: 'variation within identities',
      words: (told) => `variation of ${told('of')} within identities`,
      means: 'deviation among the images of one identity, on average',
      policy: { gate: false, relativeMatters: 0.05 },
    },
    {
      family: 'variation between identities',
      words: (told) => `variation of ${told('of')} between identities`,
      means: "deviation of the identities' means",
      policy: { gate: false, relativeMatters: 0.05 },
    },
  ],
  revision: 1,
  needs: (options) => ({
    models: [
      ...options.recognisers.map((id) => ({ id, roles: ['recogniser'] as const })),
      ...options.models.map((id) => ({ id, roles: ['quality', 'pose'] as const })),
    ],
  }),
  async measure(subject, options) {
    const metrics: Metric[] = []
    let labels = new Int32Array(0)
    for (const by of options.recognisers) {
      const centres = await subject.identityFeatures(by)
      const { name, progress } = subject
      const label = `identities by ${by}`
      const seen = await heldTogether(await subject.imageFeatures(by), centres, { name, progress, label })
      const { found } = seen
      labels = seen.labels
      const { images, astray, similarity } = found
      metrics.push(
        {
          family: 'consistency',
          parameters: {},
          by,
          value: found.consistency,
          unit: 'share',
          standardError: shareError(images - astray, images),
          count: images,
          better: 'higher',
        },
        {
          family: 'similarity to the identity',
          parameters: {},
          by,
          value: similarity.mean,
          // Images of one identity are alike: the identities are what was drawn.
          standardError: similarity.betweenDeviation / Math.sqrt(found.identities),
          count: images,
          better: 'neither',
        },
        ...variations('similarity', similarity, by),
      )
    }
    for (const model of [...(options.brightness ? [undefined] : []), ...options.models]) {
      const found = await variationsOf(await subject.columns(model), labels, subject.name)
      for (const [name, grouped] of found) metrics.push(...variations(name, grouped, model))
    }
    return { metrics }
  },
})

/** How well the images of each identity hold together, and whose they are. Closes the file. */
export async function heldTogether(
  file: LabelledChunks,
  centres: FeatureRows,
  { name, label, progress }: Pick<Subject, 'name' | 'progress'> & { readonly label: string },
): Promise<{ readonly found: WithinIdentity; readonly labels: Int32Array<ArrayBuffer> }> {
  const { withinIdentity } = await import('../metrics/within-identity.js')
  const parts: Int32Array[] = []
  async function* rows() {
    for await (const chunk of file.chunks()) {
      parts.push(chunk.labels)
      yield chunk
    }
  }
  const pairs = file.rows * centres.matrix.rows
  const found = await countingPairs(progress, label, pairs, (onPairs) =>
    withinIdentity(rows(), centres, name, { onPairs }),
  ).finally(() => file.close())
  return { found, labels: joined(parts) }
}

/** How numbers of each image vary within identities and between them, each by its name. */
export async function variationsOf(
  columns: ReadonlyMap<string, Float64Array>,
  labels: Int32Array,
  where: string,
): Promise<[string, Grouped][]> {
  const { variationOf } = await import('../metrics/within-identity.js')
  const identityCount = labels.reduce((most, label) => Math.max(most, label), 0) + 1
  return [...columns].map(([name, values]) => [name, variationOf(values, labels, identityCount, where)])
}

function joined(parts: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  const labels = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    labels.set(part, at)
    at += part.length
  }
  return labels
}

function variations(
  of: string,
  found: { readonly withinDeviation: number; readonly betweenDeviation: number },
  by: string | undefined,
): Metric[] {
  const common = { parameters: { of }, ...(by !== undefined && { by }), better: 'neither' as const }
  return [
    { ...common, family: 'variation within identities', value: found.withinDeviation },
    { ...common, family: 'variation between identities', value: found.betweenDeviation },
  ]
}
