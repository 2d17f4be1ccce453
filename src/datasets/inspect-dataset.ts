import { type SheetCell, writeContactSheet } from '../images/contact-sheet.js'
import { type ImageCounts, ImageTally } from '../images/image-tally.js'
import { type Progress, silent } from '../progress.js'
import type { DatasetReader, DatasetRecord } from './dataset.js'
import { DatasetDigest } from './dataset-fingerprint.js'

const AT_ONCE = 8
/** A contact sheet has this many identities, one a row, and this many images of each. */
const ROWS = 8
const IMAGES_A_ROW = 10

/** What a training dataset holds, found by decoding every image once. */
export interface DatasetSummary extends ImageCounts {
  readonly format: string
  readonly identities: number
  readonly images: number
  readonly imagesPerIdentity: { readonly least: number; readonly median: number; readonly most: number }
  /** files that are no images, in words; left out where there are none */
  readonly passedOver?: string
  readonly fingerprint: string
}

function nameOf({ identity, image, name }: DatasetRecord): string {
  return name ?? `image ${image} of identity ${identity}`
}

/**
 * Decodes every image of a training dataset and counts what it holds. Images that don't decode are counted, not thrown.
 * Memory: 4 bytes an identity or so, and eight images.
 * @throws InputError where a record can't be read
 */
export async function inspectDataset(
  dataset: DatasetReader,
  progress: Progress = silent,
): Promise<DatasetSummary> {
  const tally = new ImageTally()
  const digest = new DatasetDigest()
  const perIdentity = new Map<number, number>()
  let pending: Promise<void>[] = []
  progress.start('decoding', dataset.imageCount ?? (await dataset.countImages?.()) ?? 0, 'images')
  try {
    for await (const record of dataset.records()) {
      digest.add(record)
      perIdentity.set(record.identity, (perIdentity.get(record.identity) ?? 0) + 1)
      // A reader may use its memory again.
      const bytes = Uint8Array.from(record.bytes)
      pending.push(tally.add(() => ({ kind: 'encoded', bytes }), nameOf(record)))
      if (pending.length < AT_ONCE) continue
      await Promise.all(pending)
      pending = []
      progress.update(digest.images)
    }
    await Promise.all(pending)
  } finally {
    progress.stop()
  }
  const sorted = Int32Array.from(perIdentity.values()).sort()
  const passedOver = dataset.passedOver?.describe()
  return {
    format: dataset.format,
    identities: perIdentity.size,
    images: digest.images,
    imagesPerIdentity: {
      least: sorted[0] ?? 0,
      median: sorted[sorted.length >> 1] ?? 0,
      most: sorted[sorted.length - 1] ?? 0,
    },
    ...tally.counts,
    ...(passedOver !== undefined && { passedOver }),
    fingerprint: digest.finish(),
  }
}

/** Draws the first identities of a dataset as a PNG, one a row. @throws InputError where an image does not decode */
export async function writeIdentitySheet(
  dataset: DatasetReader,
  name: string,
  outFile: string,
): Promise<void> {
  const rows = new Map<number, SheetCell[]>()
  for await (const record of dataset.records()) {
    const row = rows.get(record.identity) ?? []
    if (!rows.has(record.identity) && rows.size === ROWS) break
    if (row.length < IMAGES_A_ROW)
      row.push({
        image: { kind: 'encoded', bytes: Uint8Array.from(record.bytes) },
        name: nameOf(record),
      })
    rows.set(record.identity, row)
  }
  const cells = [...rows.values()].flatMap((row) =>
    Array.from({ length: IMAGES_A_ROW }, (_, column): SheetCell | undefined => row[column]),
  )
  const labels = [...rows.keys()].map(
    (identity) => dataset.identityNames?.[identity] ?? `identity ${identity}`,
  )
  await writeContactSheet(cells, { columns: IMAGES_A_ROW, title: name, rowLabels: labels }, outFile)
}
