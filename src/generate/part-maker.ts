import { loadDetector } from '../models/detectors/load-detector.js'
import { loadModel, requireRole } from '../models/model.js'
import { FaceCrops } from './align/face-crops.js'
import { loadAttrop } from './attrop/attrop-networks.js'
import { ImageVectors } from './attrop/image-vectors.js'
import type { BatchEncoder } from './batch-encoder.js'
import { EncodedPart } from './encoded-part.js'
import { partRange } from './generation-plan.js'
import { Generator } from './generator.js'
import { ImageMaker } from './image-maker.js'
import type { PartNotes } from './part-notes.js'
import type { RunFolder } from './run-folder.js'
import { VectorFile } from './vector-file.js'

/** Parts that are worth asking for at a time of one that encodes in other threads: while those are at the last images, the next are made. */
export const PARTS_AT_HAND = 2
/** Milliseconds: a message a batch would cost a small generator a hundredth of its time. */
const TOLD_EVERY = 100

/** Makes parts of a run, one after another, with one network on one processor core. */
export class PartMaker {
  /** until the next part may begin */
  #stage: Promise<void> = Promise.resolve()
  private readonly maker: ImageMaker

  private constructor(
    private readonly run: RunFolder,
    private readonly encoder: BatchEncoder,
    private readonly vectors: VectorFile,
    private readonly generator: Generator,
    private readonly attrop: ImageVectors | undefined,
    private readonly crops: FaceCrops | undefined,
  ) {
    this.maker = new ImageMaker(run.plan, vectors, generator, attrop, crops)
  }

  /**
   * @param run one that was begun or joined: its inputs are checked
   * @param encoder what makes files of the images; closed by who opened it
   * @param where cores of a call. One, where several networks use the cores better: numbers then can't depend on their number
   * @throws InputError where they can't be opened
   */
  static async open(
    run: RunFolder,
    encoder: BatchEncoder,
    { threads, device }: { readonly threads: number; readonly device?: number | undefined } = { threads: 1 },
  ): Promise<PartMaker> {
    const { plan, inputs } = run.record
    const model = requireRole(await loadModel(inputs.generator), 'generator')
    const { provider = 'cpu' } = plan
    const options = { threads, provider, ...(device !== undefined && { device }) }
    const opened: { close(): Promise<void> }[] = []
    const kept = <Opened extends { close(): Promise<void> }>(one: Opened): Opened => {
      opened.push(one)
      return one
    }
    try {
      const vectors = kept(await VectorFile.open(inputs.identities))
      const attrop =
        plan.attrop && inputs.attrop
          ? kept(await ImageVectors.open(await loadAttrop(model, inputs.attrop), plan, plan.attrop, options))
          : undefined
      const crops =
        plan.align && inputs.detector !== undefined
          ? kept(await FaceCrops.open((await loadDetector(inputs.detector)).model, plan.align, options))
          : undefined
      return new PartMaker(run, encoder, vectors, await Generator.open(model, options), attrop, crops)
    } catch (error) {
      for (const one of opened) await one.close()
      throw error
    }
  }

  /**
   * Makes one part and puts it into the run's folder. Asked for the next before this is there, makes the images of that while the last
   * of this are encoded.
   * @param onImages told now and then, and at the end, how many images of the part are done
   * @throws InputError; nothing of the part is left then
   */
  async make(part: number, onImages: (images: number) => void): Promise<void> {
    const made = this.#stage.then(() => this.#makeImages(part, onImages))
    this.#stage = made.then(
      () => {},
      () => {},
    )
    await (await made).closed
    const { count } = partRange(this.run.plan, part)
    onImages(count * this.run.plan.imagesPerIdentity)
  }

  /** @returns when the part is in its place: in an object, since waiting for this should not be waiting for that */
  async #makeImages(
    part: number,
    onImages: (images: number) => void,
  ): Promise<{ readonly closed: Promise<void> }> {
    const { first, count } = partRange(this.run.plan, part)
    const made = await EncodedPart.begin(this.run, part, this.encoder)
    try {
      let images = 0
      let told = performance.now()
      for await (const batch of this.maker.batches(first, count)) {
        await made.put(batch)
        images += batch.keys.length
        if (performance.now() - told < TOLD_EVERY) continue
        told = performance.now()
        onImages(images)
      }
    } catch (error) {
      // What a part given up had counted is not the next one's.
      this.#notes()
      await made.discard()
      throw error
    }
    const closed = made.close(this.#notes())
    // Who asked for the part hears of it.
    closed.catch(() => {})
    return { closed }
  }

  /** What was counted for the part at hand; undefined where nothing is. */
  #notes(): string | undefined {
    if (this.attrop === undefined && this.crops === undefined) return undefined
    const notes: PartNotes = { attrop: this.attrop?.takeCounts(), align: this.crops?.takeCounts() }
    return JSON.stringify(notes)
  }

  async close(): Promise<void> {
    await this.generator.close()
    await this.attrop?.close()
    await this.crops?.close()
    await this.vectors.close()
  }
}
