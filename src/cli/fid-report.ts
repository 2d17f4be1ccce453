import type { FeatureSet } from '../features/feature-set.js'
import type { TakenDistance } from '../measures/set-distance.js'
import { imagesBehind } from '../measures/set-distance.js'
import type { FrechetDistance, MetricWarning } from '../metrics/frechet.js'
import { printColumns, printSentence } from './fitted-output.js'
import { log, printJson } from './output.js'

/** What a distance that was asked for found, by the measurement's id. */
export interface FoundDistance extends TakenDistance {
  readonly id: string
}

/** What `metrics fid` found. */
export interface FidReport {
  /** what the distance is called: `FID` over the official Inception only */
  readonly name: string
  /** undefined where one set was given, to save its statistics */
  readonly frechet?: FrechetDistance
  readonly distances: readonly FoundDistance[]
}

function warningsOf({ frechet, distances }: FidReport): MetricWarning[] {
  return [...(frechet?.warnings ?? []), ...distances.flatMap(({ warnings }) => warnings)]
}

/** Prints the report as scripts read it: values at the top, each with the images behind it. */
export function printFidJson(report: FidReport, sets: readonly FeatureSet[]): void {
  const { name, frechet, distances } = report
  printJson({
    ...(frechet && { fid: frechet.distance }),
    name,
    sets: sets.map((set) => set.name),
    ...leftOutOf(sets),
    ...(frechet && {
      meanTerm: frechet.meanTerm,
      covarianceTerm: frechet.covarianceTerm,
      dimensions: frechet.dimensions,
      images: frechet.images.map((images) => images ?? null),
      warnings: warningsOf(report),
    }),
    ...Object.fromEntries(distances.map(({ id, outcome }) => [id, { ...outcome, warnings: undefined }])),
  })
}

/** What was passed over and left out, a set each, where there was anything. */
function leftOutOf(sets: readonly FeatureSet[]): object {
  const leftOut = sets.map((set) => set.leftOut?.() ?? {})
  return leftOut.some((of) => Object.keys(of).length > 0) ? { leftOut } : {}
}

/** Prints a table, with the images behind each value; warnings go to stderr. */
export function printFidReport(report: FidReport, sets: readonly FeatureSet[]): void {
  const { name, frechet, distances } = report
  const rows = [
    ...(frechet ? [[name, frechet.distance.toFixed(4), imagesBehind(frechet.images)]] : []),
    ...distances.flatMap((found) => found.rows(name).map((row) => [...row])),
  ]
  printSentence(sets.map((set) => set.name).join('  against  '))
  printColumns(rows, { wrapped: 2, flushLeft: 1 })
  if (frechet) for (const { message } of warningsOf(report)) log(`warning: ${message}`)
}
