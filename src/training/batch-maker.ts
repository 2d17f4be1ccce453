import { InputError } from '../errors.js'
import { decodeImage } from '../images/image-decoding.js'
import type { ImageInput } from '../models/descriptor.js'
import { type AugmentationSpec, augment } from './augmentation/list.js'
import { BatchOrder } from './batch-order.js'
import { type ImageIndex, PackedImages } from './training-images.js'

/** Bytes of decoded images that are kept for the next epoch. */
const KEPT = 256 * 2 ** 20

export interface BatchSettings {
  readonly index: ImageIndex
  /** how an image goes into the network */
  readonly input: ImageInput
  readonly augmentation: AugmentationSpec
  readonly batch: number
  readonly seed: number
}

export interface Batch {
  /** [batch, 3, height, width] */
  readonly images: Float32Array
  readonly labels: Uint32Array
}

/** Makes the batch of any step: the same for the same step, whatever was made before. */
export class BatchMaker {
  readonly #order: BatchOrder
  readonly #kept = new Map<number, Uint8Array>()
  #bytes = 0

  private constructor(
    private readonly settings: BatchSettings,
    private readonly packed: PackedImages,
  ) {
    this.#order = new BatchOrder(settings.index.labels.length, settings.batch, settings.seed)
  }

  /** @throws InputError */
  static async open(settings: BatchSettings): Promise<BatchMaker> {
    return new BatchMaker(settings, await PackedImages.open(settings.index))
  }

  /** @throws InputError at an image of another size */
  async make(step: number): Promise<Batch> {
    const { index, input, augmentation, batch, seed } = this.settings
    const chosen = this.#order.imagesOf(step)
    const [height, width] = input.size
    const images = new Float32Array(batch * 3 * height * width)
    await Promise.all(
      Array.from(chosen, async (image, place) => {
        const data = Float32Array.from(await this.#pixels(image))
        augment({ width, height, data }, augmentation, seed, step, place)
        normalise(data, input, images.subarray(place * data.length, (place + 1) * data.length))
      }),
    )
    return { images, labels: Uint32Array.from(chosen, (image) => index.labels[image]) }
  }

  close(): Promise<void> {
    return this.packed.close()
  }

  async #pixels(image: number): Promise<Uint8Array> {
    const kept = this.#kept.get(image)
    if (kept !== undefined) return kept
    const [height, width] = this.settings.input.size
    const where = `image ${image + 1} of the dataset`
    const pixels = await decodeImage(await this.packed.read(image), where)
    if (pixels.width !== width || pixels.height !== height)
      throw new InputError(
        `the image is ${pixels.width}x${pixels.height} pixels, the network takes ${width}x${height}`,
        where,
        'align and crop the dataset to that size',
      )
    if (this.#bytes + pixels.data.length <= KEPT) {
      this.#kept.set(image, pixels.data)
      this.#bytes += pixels.data.length
    }
    return pixels.data
  }
}

/** Pixels 0 .. 255 (HWC, RGB) as the network takes them: `(x / scale - mean) / std`, one plane a channel. */
function normalise(pixels: Float32Array, input: ImageInput, out: Float32Array): void {
  const plane = pixels.length / 3
  for (let channel = 0; channel < 3; channel++) {
    const source = input.channels === 'RGB' ? channel : 2 - channel
    const { scale } = input
    const [mean, std] = [input.mean[channel], input.std[channel]]
    for (let i = 0, from = source, to = channel * plane; i < plane; i++, from += 3, to++)
      out[to] = (pixels[from] / scale - mean) / std
  }
}
