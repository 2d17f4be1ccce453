import type { FeatureSet } from '../features/feature-set.js'
import type { Cmmd } from '../metrics/cmmd.js'
import type { FidInfinity } from '../metrics/fid-infinity.js'
import type { FrechetDistance, MetricWarning } from '../metrics/frechet.js'
import type { KernelDistance } from '../metrics/kernel-inception.js'
import type { Manifold } from '../metrics/precision-recall-density-coverage.js'
import { alignColumns, log, print, printJson } from './output.js'

/** What `metrics fid` found. Values that were not asked for are left out. */
export interface FidReport {
  /** undefined where one set was given, to save its statistics */
  readonly fid?: number
  /** what the distance is called: `FID` over the official Inception only */
  readonly name: string
  readonly frechet?: FrechetDistance
  readonly kid?: KernelDistance
  readonly manifold?: Manifold
  readonly infinity?: FidInfinity
  readonly cmmd?: Cmmd
}

function warningsOf(frechet: FrechetDistance, infinity: FidInfinity | undefined): MetricWarning[] {
  return [...frechet.warnings, ...(infinity?.warnings ?? [])]
}

/** Prints the report as scripts read it: values at the top, each with the images behind it. */
export function printFidJson(
  { frechet, kid, manifold, infinity, ...rest }: FidReport,
  sets: readonly FeatureSet[],
): void {
  printJson({
    ...rest,
    sets: sets.map(({ name }) => name),
    ...leftOutOf(sets),
    ...(frechet && {
      meanTerm: frechet.meanTerm,
      covarianceTerm: frechet.covarianceTerm,
      dimensions: frechet.dimensions,
      images: frechet.images.map((images) => images ?? null),
      warnings: warningsOf(frechet, infinity),
    }),
    ...(infinity && { infinity: { ...infinity, warnings: undefined } }),
    ...(kid && { kid }),
    ...(manifold && { prdc: manifold }),
  })
}

/** What was passed over and left out, a set each, where there was anything. */
function leftOutOf(sets: readonly FeatureSet[]): object {
  const leftOut = sets.map((set) => set.leftOut?.() ?? {})
  return leftOut.some((of) => Object.keys(of).length > 0) ? { leftOut } : {}
}

/** Prints a table, with the images behind each value; warnings go to stderr. */
export function printFidReport(
  { name, frechet, kid, manifold, infinity, cmmd }: FidReport,
  sets: readonly FeatureSet[],
): void {
  const of = (images: readonly (number | undefined)[]): string =>
    `${images.map((value) => value ?? 'unknown').join(' and ')} images`
  const rows: string[][] = []
  if (frechet) rows.push([name, frechet.distance.toFixed(4), of(frechet.images)])
  if (infinity) {
    const [few, many] = [infinity.images[0], infinity.images[infinity.images.length - 1]]
    rows.push([`${name}, infinitely many`, infinity.distance.toFixed(4), `from ${few} to ${many} images`])
  }
  if (kid) {
    const detail = `+- ${kid.std.toFixed(6)}, ${kid.values.length} subsets of ${kid.subsetSize}, ${of(kid.images)}`
    rows.push(['KID', kid.mean.toFixed(6), detail])
  }
  if (manifold) {
    const detail = `${manifold.neighbours} neighbours, ${of(manifold.images.toReversed())}`
    for (const value of ['precision', 'recall', 'density', 'coverage'] as const) {
      rows.push([value, manifold[value].toFixed(4), detail])
    }
  }
  if (cmmd) rows.push(['CMMD', cmmd.distance.toFixed(4), of(cmmd.images)])
  print(sets.map((set) => set.name).join('  against  '))
  const values = alignColumns(rows.map(([label, value]) => [label, value]))
  for (const [i, line] of values.entries()) print(`${line}  ${rows[i][2]}`)
  if (frechet) for (const { message } of warningsOf(frechet, infinity)) log(`warning: ${message}`)
}
