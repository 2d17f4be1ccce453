import { AppendFile } from '../src/bytes/append-file.js'
import { type DatasetFormat, datasetFormat } from '../src/datasets/formats.js'
import { ATTRIBUTES, type Attributes, qualityOf } from '../src/demo/attributes.js'
import { IMAGE_SIDE } from '../src/demo/render/sensor.js'
import { trainingImages } from '../src/demo/training-images.js'
import { encodeJpeg } from '../src/images/jpeg/encode-jpeg.js'

/** As good as these images get before they are stored whole. */
const ENCODING = { quality: 95, chromaSubsampling: '4:4:4' } as const

/** What is rendered. */
export interface RenderedDataset {
  readonly identities: number
  /** images of each identity */
  readonly images: number
  readonly seed: number
  /** heads are turned by no more than this, degrees */
  readonly largestYaw: number
  /** every second image of an identity is turned by at least this, degrees */
  readonly turnedFrom: number
  /** what quality but for the turned head is at least, 0 to 1 */
  readonly leastClarity: number
  readonly firstIdentity: number
  readonly format: DatasetFormat
  /** file or folder, as the form has it */
  readonly path: string
  readonly threads?: number | undefined
}

/** Columns of the table beside a rendered dataset; `quality` is what the renderer's attributes come to. */
const COLUMNS = ['identity', 'image', ...ATTRIBUTES.filter((name) => name !== 'grain'), 'quality'] as const

/**
 * Writes rendered faces as a training dataset, and what the renderer knows of each image as a table, PATH.csv. An image is the
 * same whatever is rendered beside it. Memory is flat.
 */
export async function renderDataset({
  images,
  firstIdentity,
  format,
  path,
  largestYaw,
  turnedFrom,
  leastClarity,
  ...what
}: RenderedDataset) {
  const writer = await datasetFormat(format).create(path)
  const table = await AppendFile.create(`${path}.csv`)
  const line = (cells: readonly (string | number)[]) => table.append(Buffer.from(`${cells.join(',')}\n`))
  await line(COLUMNS)
  const accept = (attributes: Attributes, image: number) =>
    Math.abs(attributes.yaw) <= largestYaw &&
    (image % 2 === 0 || Math.abs(attributes.yaw) >= turnedFrom) &&
    qualityOf({ ...attributes, yaw: 0 }) >= leastClarity
  const asked = { ...what, firstIdentity, imagesEach: images, accept }
  for await (const { person, image, attributes, pixels } of trainingImages(asked)) {
    const bytes = encodeJpeg(pixels, IMAGE_SIDE, IMAGE_SIDE, ENCODING)
    await writer.write({ identity: person - firstIdentity, image, bytes })
    const known = { ...attributes, identity: person - firstIdentity, image, quality: qualityOf(attributes) }
    await line(COLUMNS.map((name) => known[name]))
  }
  await writer.close()
  await table.close()
}
