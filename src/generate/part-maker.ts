import { loadModel, requireRole } from '../models/model.js'
import { partRange } from './generation-plan.js'
import { Generator } from './generator.js'
import { ImageMaker } from './image-maker.js'
import { PartWriter } from './part-file.js'
import type { RunFolder } from './run-folder.js'
import { VectorFile } from './vector-file.js'

/** Milliseconds: a message a batch would cost a small generator a hundredth of its time. */
const TOLD_EVERY = 100

/** Makes parts of a run, one after another, with one network on one processor core. */
export class PartMaker {
  private constructor(
    private readonly run: RunFolder,
    private readonly vectors: VectorFile,
    private readonly generator: Generator,
  ) {}

  /** @param run one that was begun or joined: its inputs are checked @throws InputError where they can't be opened */
  static async open(run: RunFolder): Promise<PartMaker> {
    const { inputs } = run.record
    const model = requireRole(await loadModel(inputs.generator), 'generator')
    const vectors = await VectorFile.open(inputs.identities)
    // One core a network: numbers then can't depend on the number of cores, and several networks use them better.
    return new PartMaker(run, vectors, await Generator.open(model, { threads: 1 }))
  }

  /**
   * Makes one part and puts it into the run's folder.
   * @param onImages told now and then, and at the end, how many images of the part are done
   * @throws InputError; nothing of the part is left then
   */
  async make(part: number, onImages: (images: number) => void): Promise<void> {
    const { plan, id } = this.run
    const { first, count } = partRange(plan, part)
    const writer = await PartWriter.create(this.run.partPath(part), id, part)
    try {
      let images = 0
      let told = performance.now()
      for await (const record of new ImageMaker(plan, this.vectors, this.generator).images(first, count)) {
        await writer.write(record)
        if (++images % plan.batch > 0 || performance.now() - told < TOLD_EVERY) continue
        told = performance.now()
        onImages(images)
      }
      await writer.close()
      onImages(images)
    } catch (error) {
      await writer.discard()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.generator.close()
    await this.vectors.close()
  }
}
