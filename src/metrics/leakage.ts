import { InputError } from '../errors.js'
import {
  type FeatureRows,
  fastestKernel,
  nearestRows,
  type ProductKernel,
  RowIndex,
} from '../products/index.js'
import { requireWidthOf } from './same-width.js'
import { ascendingThresholds, countAbove, nextThreshold } from './thresholds.js'

export interface LeakageOptions {
  /** cosine similarities, -1 .. 1, above which an image counts as one of a reference; 0.4 by default */
  readonly thresholds?: readonly number[]
  /** how many of the most similar images to list; 50 by default */
  readonly worst?: number
  /** how products are taken; the faster way on this machine by default. The result is the same */
  readonly kernel?: ProductKernel
  /** is told the number of pairs that have been compared */
  readonly onPairs?: (done: number) => void
}

/** What a set of images took from a set of references. Similarity is the cosine of two features. */
export interface Leakage {
  readonly images: number
  readonly references: number
  readonly counts: readonly {
    readonly threshold: number
    /** images whose nearest reference is above the threshold */
    readonly images: number
    /** references that at least one image is above the threshold to */
    readonly references: number
  }[]
  /** of each image: the nearest reference (the first of several equal ones) and its similarity */
  readonly nearest: Int32Array
  readonly highest: Float64Array
  /** the images most similar to a reference, most similar first */
  readonly worst: readonly {
    readonly image: number
    readonly reference: number
    readonly similarity: number
  }[]
  readonly products: ProductKernel['name']
}

/** The `size` images with the highest similarities; ties in the images' order. */
function mostSimilar(nearest: Int32Array, highest: Float64Array, size: number): Leakage['worst'] {
  const least = highest.toSorted()[Math.max(0, highest.length - size)]
  const found: Leakage['worst'][number][] = []
  for (const [image, similarity] of highest.entries()) {
    if (similarity >= least) found.push({ image, reference: nearest[image], similarity })
  }
  return found.sort((a, b) => b.similarity - a.similarity || a.image - b.image).slice(0, size)
}

function joined<T extends Int32Array | Float64Array>(parts: readonly T[], into: T): T {
  let at = 0
  for (const part of parts) {
    into.set(part, at)
    at += part.length
  }
  return into
}

/**
 * Compares every image of one set with every reference of another (identity features or images of a real or
 * a test set) and finds the nearest of each, exactly. The images stream: memory is that of the references,
 * of one chunk of images, and 12 bytes an image for the result. Time as images x references x columns.
 *
 * Comparing identity features with identity features is not enough to find what a set took: a leaked image
 * among 50 hardly moves their mean.
 *
 * @param chunks features of the images, some thousand rows a chunk
 * @param where what messages call the images
 * @throws InputError where a set is empty or the widths differ
 */
export async function leakage(
  chunks: AsyncIterable<FeatureRows> | Iterable<FeatureRows>,
  references: FeatureRows,
  where: string,
  options: LeakageOptions = {},
): Promise<Leakage> {
  const { thresholds = [0.4], worst = 50 } = options
  const ascending = ascendingThresholds(thresholds)
  const { rows: count, columns } = references.matrix
  if (count === 0) throw new InputError('there is no reference to compare with', where, 'give one or more')
  const kernel = options.kernel ?? (await fastestKernel())
  const index = new RowIndex(kernel)
  index.append(references)
  const reached = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  const columnNeeds = new Float64Array(count).fill(ascending[0] ?? Number.POSITIVE_INFINITY)
  const nearest: Int32Array[] = []
  const highest: Float64Array[] = []
  let images = 0
  for await (const chunk of chunks) {
    requireWidthOf(chunk.matrix.columns, columns, 'references', where)
    const before = images * count
    const found = await nearestRows(chunk, index, {
      columnNeeds,
      visit(_, reference, similarity) {
        if (similarity <= reached[reference]) return
        reached[reference] = similarity
        columnNeeds[reference] = nextThreshold(ascending, similarity)
      },
      onPairs: (done) => options.onPairs?.(before + done),
    })
    nearest.push(found.nearest)
    highest.push(found.highest)
    images += chunk.matrix.rows
  }
  if (images === 0) throw new InputError('there is no image to compare', where, 'extract its features again')
  const all = {
    nearest: joined(nearest, new Int32Array(images)),
    highest: joined(highest, new Float64Array(images)),
  }
  return {
    images,
    references: count,
    counts: thresholds.map((threshold) => ({
      threshold,
      images: countAbove(all.highest, threshold),
      references: countAbove(reached, threshold),
    })),
    ...all,
    worst: mostSimilar(all.nearest, all.highest, worst),
    products: kernel.name,
  }
}
