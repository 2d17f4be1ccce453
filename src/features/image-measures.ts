import type { DatasetReader } from '../datasets/dataset.js'
import { InputError } from '../errors.js'
import { decodeImage } from '../images/image-decoding.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { lookAhead } from '../threads/look-ahead.js'
import { datasetFeatures } from './dataset-features.js'

/** Images that are decoded at a time. */
const AHEAD = 4

/** Mean luma of RGB pixels (weights of Rec. 601), 0 black .. 1 white. */
function brightnessOf(pixels: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < pixels.length; at += 3)
    sum += 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]
  return sum / (pixels.length / 3) / 255
}

/** The brightness of each image of a dataset, in its order. @throws InputError at an image that does not decode */
export async function brightnesses(dataset: DatasetReader, images: number): Promise<Float64Array> {
  const records = dataset.records()
  function* jobs() {
    for (let at = 0; at < images; at++) {
      const next = records.next()
      yield async () => {
        const { value, done } = await next
        if (done === true)
          throw new InputError(`there are ${at} images, the features have ${images}`, dataset.path)
        const { data } = await decodeImage(value.bytes, `${dataset.path}: ${value.name ?? `image ${at}`}`)
        return brightnessOf(data)
      }
    }
  }
  const out = new Float64Array(images)
  let at = 0
  try {
    for await (const brightness of lookAhead(jobs(), AHEAD)) out[at++] = brightness
  } finally {
    await records.return?.()
  }
  return out
}

/** What a network says of an image, by its role: quality is the norm of its output, a pose three angles in degrees. */
const MEASURES: Partial<
  Record<ImageModelDescriptor['role'], Readonly<Record<string, (row: Float32Array) => number>>>
> = {
  quality: { quality: (row) => Math.hypot(...row) },
  pose: { yaw: (row) => row[0], pitch: (row) => row[1], roll: (row) => row[2] },
}

/**
 * What a quality or pose model says of each image of a dataset, in its order: numbers by name.
 * @throws InputError at an image that can't be read, decoded or fitted, and where there are fewer images
 */
export async function imageMeasures(
  session: ModelSession<ImageModelDescriptor>,
  dataset: DatasetReader,
  images: number,
): Promise<Map<string, Float64Array>> {
  const { role, output } = session.model.descriptor
  const measures = Object.entries(MEASURES[role] ?? {})
  const columns = new Map(measures.map(([name]) => [name, new Float64Array(images)]))
  let done = 0
  for await (const { identities, features } of datasetFeatures(session, dataset, { start: 0, end: images })) {
    for (let row = 0; row < identities.length; row++) {
      const numbers = features.subarray(row * output.size, (row + 1) * output.size)
      for (const [name, measure] of measures) {
        const column = columns.get(name)
        if (column !== undefined) column[done + row] = measure(numbers)
      }
    }
    done += identities.length
  }
  return columns
}
