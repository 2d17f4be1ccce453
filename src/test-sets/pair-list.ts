import { InputError } from '../errors.js'
import type { Pairs } from './test-set.js'

/** What a list of pairs says, before any image is looked at. */
export interface PairList {
  /** paths below the image folder, with '/', each once, in the order of first use */
  readonly images: readonly string[]
  readonly pairs: Pairs
  /** 0 .. folds - 1, in the order of the values in the list */
  readonly folds?: Uint16Array
}

/**
 * The path of an image in a list, made safe: relative, with '/', inside the image folder.
 * @param where says the place in the list, for messages
 * @throws InputError where it is absolute or climbs out with '..'
 */
export function safeListPath(path: string, where: () => string): string {
  const slashed = path.replaceAll('\\', '/')
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.length === 0) throw new InputError('an image has no path', where(), 'write its path')
  const absolute = slashed.startsWith('/') || /^[a-z]:/i.test(parts[0])
  if (absolute || parts.includes('..') || path.includes('\0')) {
    throw new InputError(
      `the path '${path}' leaves the image folder`,
      where(),
      'write paths relative to the image folder, without ..',
    )
  }
  return parts.join('/')
}

/** Gathers pairs line by line; an image that several pairs name is kept once. */
export class PairListBuilder {
  readonly #index = new Map<string, number>()
  /** first image, second image, same of each pair */
  #pairs = new Uint32Array(3 * 1024)
  #count = 0
  readonly #folds: number[] = []

  /**
   * @param fold any whole number, given for every pair or for none
   * @param where says the place in the list, for messages
   * @throws InputError where a path leaves the image folder
   */
  add(first: string, second: string, same: boolean, fold: number | undefined, where: () => string): void {
    const at = 3 * this.#count++
    if (at === this.#pairs.length) {
      const more = new Uint32Array(2 * at)
      more.set(this.#pairs)
      this.#pairs = more
    }
    this.#pairs[at] = this.#indexOf(safeListPath(first, where))
    this.#pairs[at + 1] = this.#indexOf(safeListPath(second, where))
    this.#pairs[at + 2] = same ? 1 : 0
    if (fold !== undefined) this.#folds.push(fold)
  }

  /** @throws InputError where there is no pair */
  build(where: string): PairList {
    if (this.#count === 0) {
      throw new InputError('the list holds no pairs', where, 'name a list with at least one pair')
    }
    const pairs = {
      first: new Uint32Array(this.#count),
      second: new Uint32Array(this.#count),
      same: new Uint8Array(this.#count),
    }
    for (let pair = 0; pair < this.#count; pair++)
      [pairs.first[pair], pairs.second[pair], pairs.same[pair]] = this.#pairs.subarray(3 * pair, 3 * pair + 3)
    const images = [...this.#index.keys()]
    return this.#folds.length === 0 ? { images, pairs } : { images, pairs, folds: ranks(this.#folds) }
  }

  #indexOf(path: string): number {
    const known = this.#index.get(path)
    if (known !== undefined) return known
    this.#index.set(path, this.#index.size)
    return this.#index.size - 1
  }
}

/** Images and pairs that are kept of a set. */
export interface KeptPairs {
  /** indices in the whole set, of images and of pairs */
  readonly images: readonly number[]
  readonly kept: readonly number[]
  /** the kept pairs, by the new places of their images */
  readonly pairs: Pairs
  readonly folds?: Uint16Array
}

/** A set without some of its images, and without the pairs that use them. */
export function withoutImages(
  imageCount: number,
  pairs: Pairs,
  folds: Uint16Array | undefined,
  isBad: (image: number) => boolean,
): KeptPairs {
  const images = Array.from({ length: imageCount }, (_, image) => image).filter((image) => !isBad(image))
  const moved = new Map(images.map((old, image) => [old, image]))
  const { first, second, same } = pairs
  const kept = [...same.keys()].filter((pair) => !isBad(first[pair]) && !isBad(second[pair]))
  const place = (of: Uint32Array): Uint32Array => Uint32Array.from(kept, (pair) => moved.get(of[pair]) ?? 0)
  return {
    images,
    kept,
    pairs: { first: place(first), second: place(second), same: Uint8Array.from(kept, (pair) => same[pair]) },
    ...(folds !== undefined && { folds: Uint16Array.from(kept, (pair) => folds[pair]) }),
  }
}

/** Each value's place among the distinct values in ascending order. */
function ranks(values: readonly number[]): Uint16Array {
  const rank = new Map([...new Set(values)].sort((a, b) => a - b).map((value, i) => [value, i]))
  return Uint16Array.from(values, (value) => rank.get(value) ?? 0)
}

/**
 * The pairs of a set that stores its images two by two: images 2i and 2i + 1 are pair i.
 * @throws InputError where the numbers of images and labels don't match
 */
export function consecutivePairs(imageCount: number, same: Uint8Array, where: string): Pairs {
  if (imageCount !== 2 * same.length) {
    throw new InputError(
      `${same.length} labels need ${2 * same.length} images, ${imageCount} are there`,
      where,
      'copy the images and the labels again',
    )
  }
  if (same.length === 0) throw new InputError('the set holds no pairs', where, 'name a set with pairs')
  return {
    first: Uint32Array.from(same, (_, i) => 2 * i),
    second: Uint32Array.from(same, (_, i) => 2 * i + 1),
    same,
  }
}
