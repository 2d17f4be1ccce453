import { InputError } from '../errors.js'
import {
  cosine,
  type FeatureRows,
  fastestKernel,
  nearestRows,
  RowIndex,
  type TileKernel,
} from '../products/index.js'
import { type Grouped, GroupedMoments } from './grouped-moments.js'
import { requireWidthOf } from './same-width.js'

/** Features of some images and the identities they belong to, 0 .. identities - 1. */
export interface LabelledRows {
  readonly features: FeatureRows
  readonly labels: ArrayLike<number>
}

export interface WithinIdentityOptions {
  /** how products are taken; the faster way on this machine by default. The result is the same */
  readonly kernel?: TileKernel
  /** is told the number of pairs that have been compared */
  readonly onPairs?: (done: number) => void
}

/** How well the images of each identity hold together. */
export interface WithinIdentity {
  readonly images: number
  readonly identities: number
  /** cosine of each image with its identity's feature: over all images, and over each identity's */
  readonly similarity: Grouped
  /** images whose nearest identity feature is another identity's */
  readonly astray: number
  /** share of the images whose nearest identity feature is their own, 0 .. 1 */
  readonly consistency: number
}

/**
 * Compares every image with every identity's feature, exactly. The images stream; memory is that of the
 * identity features and of one chunk. Time as images x identities x columns.
 *
 * @param where what messages call the images
 * @throws InputError where an identity has no image, a label no feature, or the widths differ
 */
export async function withinIdentity(
  chunks: AsyncIterable<LabelledRows> | Iterable<LabelledRows>,
  identityFeatures: FeatureRows,
  where: string,
  options: WithinIdentityOptions = {},
): Promise<WithinIdentity> {
  const { rows: identities, columns } = identityFeatures.matrix
  const index = new RowIndex(options.kernel ?? (await fastestKernel()))
  index.append(identityFeatures)
  const similarity = new GroupedMoments(identities)
  let images = 0
  let astray = 0
  for await (const { features, labels } of chunks) {
    const { rows } = features.matrix
    requireWidthOf(features.matrix.columns, columns, 'identity features', where)
    for (let i = 0; i < rows; i++) {
      const label = labels[i]
      if (!Number.isInteger(label) || label < 0 || label >= identities) {
        throw new InputError(
          `image ${images + i} has label ${label}, the identities are 0 .. ${identities - 1}`,
          where,
          'number the identities from 0 without gaps',
        )
      }
    }
    const before = images * identities
    const { nearest, highest } = await nearestRows(features, index, {
      start: labels,
      onPairs: (done) => options.onPairs?.(before + done),
    })
    for (let i = 0; i < rows; i++) {
      const own = cosine(features, i, identityFeatures, labels[i])
      similarity.add(labels[i], own)
      // Another identity just as near as its own leads nobody astray.
      if (nearest[i] !== labels[i] && highest[i] > own) astray++
    }
    images += rows
  }
  const summary = similarity.summary((identity) => {
    throw new InputError(
      `identity ${identity} has no image`,
      where,
      'number the identities from 0 without gaps',
    )
  })
  return { images, identities, similarity: summary, astray, consistency: 1 - astray / images }
}

/**
 * How a number of each image varies within identities and between them.
 * @param where what a message calls the images
 * @throws InputError where an identity of 0 .. identities - 1 has no image
 */
export function variationOf(
  values: Float64Array,
  labels: ArrayLike<number>,
  identities: number,
  where: string,
): Grouped {
  const moments = new GroupedMoments(identities)
  for (const [i, value] of values.entries()) moments.add(labels[i], value)
  return moments.summary((identity) => {
    throw new InputError(
      `identity ${identity} has no image`,
      where,
      'number the identities from 0 without gaps',
    )
  })
}
