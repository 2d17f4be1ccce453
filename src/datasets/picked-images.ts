import { InputError } from '../errors.js'
import type { SheetCell } from '../images/contact-sheet.js'
import type { DatasetRecord } from './dataset.js'

/** What images are picked from: a dataset. */
interface PickableImages {
  readonly path: string
  records(): AsyncIterable<DatasetRecord>
}

function cellOf({ identity, image, bytes, name }: DatasetRecord): SheetCell {
  return {
    image: { kind: 'encoded', bytes: Uint8Array.from(bytes) },
    name: name ?? `image ${image} of identity ${identity}`,
  }
}

/**
 * The first images of some identities, at most `each` of one. One pass over the dataset, which ends early where
 * an identity's images come together; memory is that of the images picked.
 *
 * @throws InputError where the dataset has no image of one of them
 */
export async function firstImagesOf(
  dataset: PickableImages,
  identities: ReadonlySet<number>,
  each: number,
): Promise<Map<number, SheetCell[]>> {
  const found = new Map<number, SheetCell[]>()
  let missing = identities.size * each
  for await (const record of dataset.records()) {
    if (!identities.has(record.identity)) continue
    const cells = found.get(record.identity) ?? []
    if (cells.length === each) continue
    found.set(record.identity, [...cells, cellOf(record)])
    if (--missing === 0) break
  }
  for (const identity of identities) {
    if (!found.has(identity)) {
      throw new InputError(
        `there is no image of identity ${identity}, which the features have`,
        dataset.path,
        'give the dataset that the features were made of',
      )
    }
  }
  return found
}

/** The images at some places in the order of reading, 0 .. One pass. @throws InputError where there are fewer */
export async function imagesAt(
  dataset: PickableImages,
  places: ReadonlySet<number>,
): Promise<Map<number, SheetCell>> {
  const found = new Map<number, SheetCell>()
  let at = 0
  for await (const record of dataset.records()) {
    if (places.has(at)) found.set(at, cellOf(record))
    at++
    if (found.size === places.size) break
  }
  const missing = [...places].find((place) => !found.has(place))
  if (missing !== undefined) {
    throw new InputError(
      `there are ${at} images, the features have one at ${missing}`,
      dataset.path,
      'give the dataset that the features were made of',
    )
  }
  return found
}
