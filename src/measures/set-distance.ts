import { z } from 'zod'
import type { FeatureSet } from '../features/feature-set.js'
import type { FeatureStatistics } from '../linear-algebra/streaming-moments.js'
import type { MetricWarning } from '../metrics/frechet.js'
import type { Found, Measure, MeasureDefinition } from './measure.js'
import { defineMeasure } from './measure.js'
import { featureModel, images, reference, twoSets } from './options.js'
import type { Subject } from './subject.js'

/** A line of a table: what the number is, the number, and what is behind it. */
export type DistanceRow = readonly [label: string, value: string, behind: string]

/** Which network looked, at what the dataset was compared with, and what a Frechet distance of its features is called. */
interface Seen {
  readonly by: string
  readonly against: string
  readonly distanceName: string
}

/** A set of features that is compared. */
export interface ComparedSet extends FeatureSet {
  /** of a measured dataset: mean and covariance of consecutive groups of its images, of which a sampling error is told */
  groups?(): Promise<FeatureStatistics[]>
}

/** A distance of two sets of features, as it is written down. */
export interface SetDistanceDefinition<S extends z.ZodRawShape, R extends object>
  extends Pick<MeasureDefinition<z.ZodType>, 'id' | 'command' | 'title' | 'summary' | 'gives' | 'revision'> {
  /** what can be asked for beside the network, the reference and the images */
  readonly options: S
  /** the first images of both sets, as many by default */
  readonly images: number
  /** whether it looks at each image of the reference, or only at their mean and covariance, which need no memory */
  readonly ofReference: 'features' | 'statistics'
  /** @param own the dataset's features, or the generated ones; arithmetic is imported here */
  compare(own: ComparedSet, other: ComparedSet, options: z.output<z.ZodObject<S>>, seed: number): Promise<R>
  /** the same as results keep it */
  found(outcome: R, seen: Seen, options: z.output<z.ZodObject<S>>): Found
  /** the same as lines of a table */
  rows(outcome: R, distanceName: string): readonly DistanceRow[]
  /** why the number may be far off */
  warnings?(outcome: R): readonly MetricWarning[]
}

/** A distance that was taken: to be printed as JSON, as a table, and with its warnings. */
export interface TakenDistance<R extends object = object> {
  readonly outcome: R
  readonly warnings: readonly MetricWarning[]
  rows(distanceName: string): readonly DistanceRow[]
}

/** The distance itself, for whoever has the features: `metrics fid`. Every kind of options looks alike. */
export interface SetDistance<R extends object = object> {
  readonly ofReference: 'features' | 'statistics'
  /** @param options of the measurement */
  compare(own: ComparedSet, other: ComparedSet, options: unknown, seed: number): Promise<TakenDistance<R>>
}

/** A measurement that is the distance of two sets of features. */
export interface DistanceMeasure<R extends object = object> extends Measure {
  readonly distance: SetDistance<R>
}

export function isDistance(measure: Measure): measure is DistanceMeasure {
  return 'distance' in measure
}

/** Makes the measurement of a dataset against a reference out of a distance of two sets of features. */
export function defineSetDistance<S extends z.ZodRawShape, R extends object>(
  definition: SetDistanceDefinition<S, R>,
): DistanceMeasure<R> {
  const { id, command, title, summary, gives, revision, ofReference } = definition
  const sets = z.object({ features: featureModel, reference, images: images(definition.images) })
  const beside = z.object(definition.options)
  const measure = defineMeasure({
    ...{ id, title, summary, gives, revision },
    ...(command !== undefined && { command }),
    options: z.strictObject({ ...sets.shape, ...definition.options }),
    needs: (options) => twoSets(sets.parse(options)),
    async measure(subject, given) {
      const { features, reference: against, images: most } = sets.parse(given)
      const options = beside.parse(given)
      const own = firstImages(subject, subject.name, features, most)
      const other = firstImages(subject.reference(against), against, features, most)
      const outcome = await definition.compare(own, other, options, subject.seed)
      const seen = { by: features, against, distanceName: subject.distanceName(features) }
      return definition.found(outcome, seen, options)
    },
  })
  const distance: SetDistance<R> = {
    ofReference,
    async compare(own, other, options, seed) {
      const outcome = await definition.compare(own, other, beside.parse(options), seed)
      const warnings = definition.warnings?.(outcome) ?? []
      return { outcome, warnings, rows: (distanceName) => definition.rows(outcome, distanceName) }
    },
  }
  return { ...measure, distance }
}

function firstImages(subject: Subject, name: string, model: string, most: number): ComparedSet {
  const groups = () => subject.statistics(model, most)
  return {
    name,
    groups,
    features: () => subject.sample(model, most),
    async statistics() {
      const { mergeStatistics } = await import('../metrics/merge-statistics.js')
      return mergeStatistics(await groups())
    },
  }
}

/** `400 and 700 images`, for a line of a table. */
export function imagesBehind(counts: readonly (number | undefined)[]): string {
  return `${counts.map((count) => count ?? 'unknown').join(' and ')} images`
}
