import type { EncodedImage, RawPixels } from '../../images/image.js'
import { decodeImage } from '../../images/image-decoding.js'
import { imageForm } from '../../images/image-type.js'
import { encodePng } from '../../images/png.js'
import { lookAhead } from '../../threads/look-ahead.js'
import type { TestSet } from '../test-set.js'

const AHEAD = 8

/** Forms that OpenCV and MXNet decode, which read what is written here. */
const READ_EVERYWHERE = ['JPEG', 'PNG', 'WebP', 'BMP', 'TIFF']

/**
 * The order in which pairs are written to forms that know no folds: by fold, so that ten consecutive parts are the ten
 * folds, where these are equal.
 */
export function orderOfPairs({ pairs, folds }: TestSet): number[] {
  const order = [...pairs.same.keys()]
  return folds === undefined ? order : order.sort((a, b) => folds[a] - folds[b] || a - b)
}

/** What is lost where consecutive pairs are the folds; undefined where nothing is. */
export function foldsLost({ pairs, folds, name }: TestSet): string | undefined {
  if (folds === undefined) return undefined
  const count = new Set(folds).size
  const sizes = Array.from({ length: count }, () => 0)
  for (const fold of folds) sizes[fold]++
  if (count === 10 && sizes.every((size) => size === pairs.same.length / 10)) return undefined
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  return `${name}: its ${count} folds of ${least === most ? least : `${least} to ${most}`} pairs are not kept by this form, which is cut into ten equal ones; csv keeps them`
}

/** The images of pairs in an order, two by two, while the next ones are being read. */
export async function* imagesOfPairs(
  set: TestSet,
  order: readonly number[],
): AsyncGenerator<readonly [EncodedImage | RawPixels, EncodedImage | RawPixels, boolean]> {
  const { first, second, same } = set.pairs
  function* jobs() {
    for (const pair of order)
      yield async () => [await set.read(first[pair]), await set.read(second[pair]), same[pair] === 1] as const
  }
  yield* lookAhead(jobs(), AHEAD)
}

/** An image's bytes as they are; as PNG, which loses nothing, where it has none or few programs read them. */
export async function encodedBytes(
  image: EncodedImage | RawPixels,
  where: string,
): Promise<{ readonly bytes: Uint8Array; readonly changed?: string }> {
  if (image.kind === 'pixels') return { bytes: encodePng(image) }
  const form = imageForm(image.bytes)?.name
  if (form === undefined || READ_EVERYWHERE.includes(form)) return { bytes: image.bytes }
  return { bytes: encodePng(await decodeImage(image.bytes, where)), changed: form }
}
