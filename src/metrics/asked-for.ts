import { InputError } from '../errors.js'
import { cosine, type FeatureRows } from '../products/index.js'
import { type Grouped, GroupedMoments } from './grouped-moments.js'
import type { LabelledRows } from './within-identity.js'

/** How near images are to the identity vectors that they were made of. */
export interface NearVectors {
  readonly images: number
  /** cosine of each image's feature with its identity's vector */
  readonly similarity: Grouped
  /** images whose cosine is above the threshold */
  readonly near: number
}

/**
 * Compares every image with the vector of its identity. The images stream.
 * @param vectors one row an identity, as wide as the features
 * @param threshold -1..1
 * @param where what messages call the images
 * @throws InputError where widths differ, a label has no vector, or an identity no image
 */
export async function nearVectors(
  chunks: AsyncIterable<LabelledRows> | Iterable<LabelledRows>,
  vectors: FeatureRows,
  threshold: number,
  where: string,
): Promise<NearVectors> {
  const { rows: identities, columns } = vectors.matrix
  const moments = new GroupedMoments(identities)
  let [images, near] = [0, 0]
  for await (const { features, labels } of chunks) {
    if (features.matrix.columns !== columns)
      throw new InputError(
        `features of ${features.matrix.columns} numbers, the identity vectors have ${columns}`,
        where,
        'name the recogniser that the vectors are features of',
      )
    for (let i = 0; i < features.matrix.rows; i++) {
      if (!(labels[i] < identities))
        throw new InputError(
          `image ${images + i} has label ${labels[i]}, there are ${identities} vectors`,
          where,
        )
      const similarity = cosine(features, i, vectors, labels[i])
      moments.add(labels[i], similarity)
      if (similarity > threshold) near++
    }
    images += features.matrix.rows
  }
  const similarity = moments.summary((identity) => {
    throw new InputError(`identity ${identity} has no image`, where)
  })
  return { images, similarity, near }
}

/** Of numbers that were to reach a least value: how many are at most so far below it. */
export function countReached(values: ArrayLike<number>, least: number, within: number): number {
  return Array.from(values).filter((value) => least - value <= within).length
}

/** Of angles, whichever side they are to: how many are within a bound of the one asked for. Degrees. */
export function countTurned(
  yaws: ArrayLike<number>,
  asked: (index: number) => number,
  within: number,
): number {
  return Array.from(yaws).filter((yaw, index) => Math.abs(Math.abs(yaw) - asked(index)) <= within).length
}
