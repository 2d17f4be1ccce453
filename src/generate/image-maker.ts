import { InputError } from '../errors.js'
import type { RawPixels } from '../images/image.js'
import type { FaceCrops } from './align/face-crops.js'
import type { ImageVectors } from './attrop/image-vectors.js'
import { batchDraws } from './families/list.js'
import type { GenerationPlan } from './generation-plan.js'
import type { Generator, GeneratorBatch } from './generator.js'
import type { ImageKey } from './image-key.js'
import { perturb } from './perturbation.js'
import { sigmasOfIdentity } from './sigma-mix.js'
import type { VectorFile } from './vector-file.js'

/** Images of a part that follow one another, all of one size. */
export interface PixelBatch {
  readonly keys: readonly ImageKey[]
  readonly width: number
  readonly height: number
  /** RGB bytes, row after row, image after image, in memory that threads share */
  readonly data: Uint8Array
  /** Says that the bytes are not needed any more: another batch's come there. */
  free(): void
}

/**
 * Makes images of a plan: perturbs the identity's vector, moves it where the plan has AttrOP, draws what the generator
 * takes beside it, runs the generator, crops the face where the plan says so.
 * A batch is always `plan.batch` images that follow one another in a part, the last one padded, so that the
 * bytes of an image depend on its identity and number only.
 */
export class ImageMaker {
  /** memory for pixels that nobody uses */
  readonly #rooms: Uint8Array[] = []

  constructor(
    private readonly plan: GenerationPlan,
    private readonly vectors: VectorFile,
    private readonly generator: Generator,
    private readonly attrop?: ImageVectors,
    private readonly crops?: FaceCrops,
  ) {}

  /**
   * All images of identities `first .. first + count - 1`, in order. Memory: the batches that are not freed.
   * @throws InputError where the generator fails or gives numbers that are no colours, or no face is found
   */
  async *batches(first: number, count: number): AsyncGenerator<PixelBatch> {
    const { batch, imagesPerIdentity } = this.plan
    const rows = await this.vectors.read(first, count)
    const total = count * imagesPerIdentity
    for (let start = 0; start < total; start += batch) {
      const keys = Array.from({ length: Math.min(batch, total - start) }, (_, i) => ({
        identity: first + Math.floor((start + i) / imagesPerIdentity),
        image: (start + i) % imagesPerIdentity,
      }))
      yield this.#kept(keys, await this.#pixels(keys, rows, first))
    }
  }

  /** Copies pixels out of the generator's memory, which is used again for each batch. */
  #kept(keys: readonly ImageKey[], images: readonly RawPixels[]): PixelBatch {
    const [{ width, height }] = images
    const length = width * height * 3
    const wanted = images.length * length
    const found = this.#rooms.pop()
    const room = found?.length === wanted ? found : new Uint8Array(new SharedArrayBuffer(wanted))
    for (const [i, image] of images.entries()) room.set(image.data, i * length)
    return { keys, width, height, data: room, free: () => void this.#rooms.push(room) }
  }

  /** The images of one batch: as the generator makes them, or the faces in them. */
  async #pixels(keys: readonly ImageKey[], rows: Float32Array, first: number): Promise<RawPixels[]> {
    if (this.crops === undefined) return this.#photographs(keys, rows, first, 0)
    const made = new Map<ImageKey, RawPixels>()
    // Without noise the same photograph would come again.
    const attempts = this.generator.descriptor.input.noise === undefined ? 1 : this.crops.plan.attempts
    for (let attempt = 0; attempt < attempts && made.size < keys.length; attempt++) {
      const asked = keys.filter((key) => !made.has(key))
      const photographs = await this.#photographs(asked, rows, first, attempt)
      for (const [i, key] of asked.entries()) {
        const crop = await this.crops.crop(photographs[i], attempt, this.#nameOf(key))
        if (crop !== undefined) made.set(key, crop)
      }
    }
    return keys.map((key) => made.get(key) ?? this.#noFace(key, attempts))
  }

  #noFace(key: ImageKey, attempts: number): never {
    throw new InputError(
      `no face is found in ${attempts === 1 ? 'its photograph' : `any of its ${attempts} photographs`}`,
      this.#nameOf(key),
      "look at some with 'generate preview'; give a detector for such faces, or more --attempts",
    )
  }

  /** One call of the generator. The pixels are good until the next. */
  async #photographs(
    keys: readonly ImageKey[],
    rows: Float32Array,
    first: number,
    attempt: number,
  ): Promise<RawPixels[]> {
    const inputs = await this.#inputs(keys, rows, first, attempt)
    const { data, width, height } = await this.generator.run(inputs, (index) =>
      this.#nameOf(keys[index] ?? keys[0]),
    )
    const length = width * height * 3
    return keys.map((_, i) => ({
      kind: 'pixels',
      width,
      height,
      data: data.subarray(i * length, (i + 1) * length),
    }))
  }

  #nameOf({ identity, image }: ImageKey): string {
    return `identity ${identity}, image ${image} (row ${identity} of ${this.vectors.path})`
  }

  async #inputs(
    keys: readonly ImageKey[],
    rows: Float32Array,
    first: number,
    attempt: number,
  ): Promise<GeneratorBatch> {
    const { batch: size, seed, sigmas, imagesPerIdentity, identities } = this.plan
    const { width } = identities
    const vectors = new Float32Array(size * width)
    const asked = new Float32Array(keys.length * width)
    const draws = batchDraws(this.generator.descriptor, this.plan, size)
    let known = -1
    let ownSigmas: Float64Array = new Float64Array(0)
    for (const [i, { identity, image }] of keys.entries()) {
      if (identity !== known) ownSigmas = sigmasOfIdentity(sigmas, imagesPerIdentity, seed, identity)
      known = identity
      const vector = rows.subarray((identity - first) * width, (identity - first + 1) * width)
      asked.set(vector, i * width)
      const out = vectors.subarray(i * width, (i + 1) * width)
      perturb(vector, ownSigmas[image], seed, identity, image, out)
      draws.draw(i, { seed, identity, image, attempt })
    }
    await this.attrop?.move(keys, vectors, asked)
    return { size, vectors, drawn: draws.inputs() }
  }
}
