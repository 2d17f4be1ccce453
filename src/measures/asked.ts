import { z } from 'zod'
import type { Grouped } from '../metrics/grouped-moments.js'
import type { Curve, Metric } from '../results/schema.js'
import { defineMeasure } from './measure.js'
import { modelId } from './options.js'
import { shareError } from './separability.js'
import type { Subject } from './subject.js'

/** Degrees of a bar in the distribution of yaw. */
const BIN = 5

/** Stands for the target where each image has one of its own. */
const OWN_YAW = 'own'

const orNearly = (within: string, off: string): string =>
  within === '0' ? '' : ` or at most ${within}${off}`

/** Whether the images of a generated dataset are what was asked for: identity vector, quality, yaw. */
export const asked = defineMeasure({
  id: 'asked',
  title: 'What was asked for',
  summary: 'whether generated images have the identity, quality and pose that were asked for',
  options: z.strictObject({
    recognisers: z
      .array(modelId)
      .default([])
      .describe('recognisers whose features the identity vectors are, each in turn'),
    near: z
      .number()
      .min(-1)
      .max(1)
      .default(0.7)
      .describe('similarity above which an image is near its vector'),
    quality: modelId.optional().describe('a quality model'),
    qualityTarget: z
      .number()
      .positive()
      .optional()
      .describe('the quality that images are held against; by default the one that AttrOP was asked for'),
    pose: modelId.optional().describe('a pose model'),
    yaw: z
      .number()
      .min(0)
      .max(90)
      .optional()
      .describe('the yaw that images are held against; by default the ones that AttrOP was asked for'),
  }),
  gives: [
    { family: 'similarity to the asked vector', means: "mean cosine of an image and its identity's vector" },
    {
      family: 'near the asked vector',
      called: 'images near the asked vector',
      words: (told) => `images near the asked vector at ${told('threshold')}`,
      means: 'images whose cosine with their vector is above a threshold',
    },
    { family: 'quality', called: 'mean quality', means: 'mean quality of the images' },
    {
      family: 'asked quality reached',
      words: (told) => `asked quality of ${told('target')} reached${orNearly(told('within'), ' below')}`,
      means: 'images at most so far below the quality asked for',
    },
    {
      family: 'absolute yaw',
      means: 'mean angle by which heads are turned, to either side',
      policy: { gate: false, relativeMatters: 0.05 },
    },
    {
      family: 'asked yaw reached',
      words: (told) => {
        const target = told('target')
        const asked = target === OWN_YAW ? "each image's asked yaw" : `asked yaw of ${target}°`
        return `${asked} reached${orNearly(told('within'), '° off')}`
      },
      means: 'images within so many degrees of the yaw asked for',
    },
  ],
  revision: 1,
  needs: ({ recognisers, quality, pose }) => ({
    models: [
      ...recognisers.map((id) => ({ id, roles: ['recogniser'] as const })),
      ...(quality === undefined ? [] : [{ id: quality, roles: ['quality'] as const }]),
      ...(pose === undefined ? [] : [{ id: pose, roles: ['pose'] as const }]),
    ],
    generation: true,
  }),
  async measure(subject, { recognisers, near, quality, qualityTarget, pose, yaw }) {
    const metrics: Metric[] = []
    const curves: Curve[] = []
    for (const by of recognisers) metrics.push(...(await identityKept(subject, by, near)))
    if (quality !== undefined) metrics.push(...(await qualityReached(subject, quality, qualityTarget)))
    if (pose !== undefined) {
      const turned = await yawReached(subject, pose, yaw)
      metrics.push(...turned.metrics)
      curves.push(turned.curve)
    }
    return { metrics, curves }
  },
})

async function identityKept(subject: Subject, by: string, threshold: number): Promise<Metric[]> {
  const { nearVectors } = await import('../metrics/asked-for.js')
  const { vectors } = await subject.generation()
  const file = await subject.imageFeatures(by)
  const { images, near, similarity } = await nearVectors(
    file.chunks(),
    vectors,
    threshold,
    subject.name,
  ).finally(() => file.close())
  return [
    meanOf('similarity to the asked vector', similarity, images, by, 'higher'),
    shareOf('near the asked vector', near, images, by, { threshold }),
  ]
}

async function qualityReached(subject: Subject, by: string, given: number | undefined): Promise<Metric[]> {
  const { countReached } = await import('../metrics/asked-for.js')
  const { MET } = await import('../generate/attrop/settings.js')
  const { plan } = await subject.generation()
  const values = await columnOf(subject, by, 'quality')
  const mean = meanOf('quality', await groupedBy(subject, values), values.length, by, 'higher')
  const target = given ?? plan.attrop?.settings.quality
  if (target === undefined) return [mean]
  const reached = [0, MET.quality].map((within) =>
    shareOf('asked quality reached', countReached(values, target, within), values.length, by, {
      target,
      within,
    }),
  )
  return [mean, ...reached]
}

async function yawReached(
  subject: Subject,
  by: string,
  given: number | undefined,
): Promise<{ metrics: Metric[]; curve: Curve }> {
  const { countTurned } = await import('../metrics/asked-for.js')
  const { MET } = await import('../generate/attrop/settings.js')
  const { yawTarget } = await import('../generate/attrop/yaw-targets.js')
  const { plan } = await subject.generation()
  const yaws = (await columnOf(subject, by, 'yaw')).map(Math.abs)
  const mean = meanOf('absolute yaw', await groupedBy(subject, yaws), yaws.length, by, 'neither', 'degrees')
  const curve = distribution(yaws, by)
  const targets = plan.attrop?.settings.yaw
  const perIdentity = plan.imagesPerIdentity
  const target = (index: number): number | undefined =>
    given ?? (targets && yawTarget(targets, plan.seed, Math.floor(index / perIdentity), index % perIdentity))
  if (target(0) === undefined) return { metrics: [mean], curve }
  const reached = countTurned(yaws, (index) => target(index) ?? Number.NaN, MET.pose)
  // A distribution of angles has no one target.
  const one = given ?? (Array.isArray(targets) && targets.length === 1 ? targets[0].yaw : OWN_YAW)
  const parameters = { target: one, within: MET.pose }
  return { metrics: [mean, shareOf('asked yaw reached', reached, yaws.length, by, parameters)], curve }
}

async function columnOf(subject: Subject, model: string, name: string): Promise<Float64Array> {
  return (await subject.columns(model)).get(name) ?? new Float64Array(0)
}

/** Images of a generation come identity by identity, as many of each. */
async function groupedBy(subject: Subject, values: Float64Array): Promise<Grouped> {
  const { variationOf } = await import('../metrics/within-identity.js')
  const { plan } = await subject.generation()
  const labels = Int32Array.from(values, (_, index) => Math.floor(index / plan.imagesPerIdentity))
  return variationOf(values, labels, plan.identities.count, subject.name)
}

function meanOf(
  family: string,
  { mean, betweenDeviation, counts }: Grouped,
  count: number,
  by: string,
  better: Metric['better'],
  unit?: string,
): Metric {
  // Images of one identity are alike: the identities are what was drawn.
  const standardError = betweenDeviation / Math.sqrt(counts.length)
  return { family, parameters: {}, by, value: mean, ...(unit && { unit }), standardError, count, better }
}

function shareOf(
  family: string,
  count: number,
  of: number,
  by: string,
  parameters: Metric['parameters'],
): Metric {
  const standardError = shareError(count, of)
  return {
    family,
    parameters,
    by,
    value: count / of,
    unit: 'share',
    standardError,
    count: of,
    better: 'higher',
  }
}

function distribution(yaws: Float64Array, by: string): Curve {
  const bins = new Float64Array(90 / BIN)
  for (const yaw of yaws) bins[Math.min(bins.length - 1, Math.floor(yaw / BIN))]++
  return {
    name: `How far heads are turned, by ${by}`,
    x: Array.from(bins, (_, bin) => (bin + 0.5) * BIN),
    y: Array.from(bins, (count) => Number((count / yaws.length).toPrecision(5))),
    xLabel: 'absolute yaw (degrees)',
    yLabel: 'share of images',
  }
}
