import { basename } from 'node:path'
import type Papa from 'papaparse'
import { writeDurably } from '../bytes/files.js'
import type { DatasetReader } from '../datasets/dataset.js'
import { firstImagesOf } from '../datasets/picked-images.js'
import { writeSimilarPairs } from '../images/similar-pairs-sheet.js'
import { closestPairs as mostSimilar } from '../metrics/closest-pairs.js'
import type { Separability } from '../metrics/separability.js'
import { onDemand } from '../on-demand.js'

const papa = onDemand<typeof Papa>('papaparse')

/** Images of an identity on a sheet of similar pairs. */
const IMAGES_EACH = 3

/** What was measured on one file of identity features. */
export interface MeasuredIdentities {
  readonly file: string
  readonly result: Separability
  /** names of the identities, where their dataset has names */
  readonly names: readonly string[] | undefined
}

/** Two identities, their similarity, and their names where they have any. */
export interface ClosestPair {
  readonly identity: number
  readonly other: number
  readonly similarity: number
  readonly name?: string
  readonly otherName?: string
}

/** The most similar pairs of identities that are each other's or one's nearest, most similar first. */
export function closestPairs({ result, names }: MeasuredIdentities, count: number): ClosestPair[] {
  return mostSimilar(result, count).map((pair) => ({
    ...pair,
    ...(names && { name: names[pair.identity], otherName: names[pair.other] }),
  }))
}

/** Draws the most similar pairs of identities, some images of each. */
export async function drawClosestPairs(
  measured: MeasuredIdentities,
  count: number,
  dataset: DatasetReader,
  out: string,
): Promise<void> {
  const pairs = closestPairs(measured, count)
  const wanted = new Set(pairs.flatMap(({ identity, other }) => [identity, other]))
  const images = await firstImagesOf(dataset, wanted, IMAGES_EACH)
  await writeSimilarPairs(
    pairs.map(({ identity, other, similarity, name, otherName }) => ({
      left: images.get(identity) ?? [],
      right: images.get(other) ?? [],
      names: [name ?? `identity ${identity}`, otherName ?? `identity ${other}`],
      similarity,
    })),
    `${basename(measured.file)}: the ${pairs.length} most similar pairs of identities`,
    out,
  )
}

/** The curves of one chart: the unique identities among the first n, one for each file and threshold. */
function curvesOf(measured: readonly MeasuredIdentities[]) {
  return measured.flatMap(({ file, result }) =>
    result.counts.map(({ threshold, unique }) => ({
      file,
      threshold,
      name: result.counts.length === 1 ? basename(file) : `${basename(file)}, ${threshold}`,
      unique,
    })),
  )
}

/** Writes the curves of all files into one chart (PNG, SVG or PDF, by the name's ending), or as a table of a `.csv`. */
export async function drawUniqueCurves(measured: readonly MeasuredIdentities[], out: string): Promise<void> {
  if (out.toLowerCase().endsWith('.csv')) {
    const rows = curvesOf(measured).flatMap(({ file, threshold, unique }) =>
      unique.map(({ n, count }) => ({ file, threshold, n, unique: count })),
    )
    await writeDurably(out, `${papa().unparse(rows, { newline: '\n' })}\n`)
    return
  }
  const { drawFigures, PICTURE_FORMS } = await import('../report/chart-image.js')
  const { uniqueFigure } = await import('../report/figures/unique-identities.js')
  const curves = curvesOf(measured)
  const figure = uniqueFigure({
    id: 'separability',
    title: 'Identity separability',
    thresholds: [...new Set(curves.map(({ threshold }) => threshold))],
    measured: curves.map(({ name, unique }) => ({
      name,
      points: unique.map(({ n, count }) => [n, count] as const),
    })),
  })
  const form = PICTURE_FORMS.find((known) => out.toLowerCase().endsWith(`.${known}`))
  const [picture] = drawFigures([figure], form)
  await writeDurably(out, picture)
}
