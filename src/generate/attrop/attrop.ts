import { stat } from 'node:fs/promises'
import { InputError } from '../../errors.js'
import { Runtime, type RuntimeOptions, runtimeTensor, type Tensors } from '../../onnx/runtime.js'
import { Adam } from './adam.js'
import { type AttropModels, type AttropPrecision, attropStep, PORTS } from './loss-graph.js'
import { type AttropSettings, MET } from './settings.js'

/** What the networks say of one row's image. */
export interface Terms {
  /** the weighted sum that is minimised */
  readonly loss: number
  /** 1 - cosine similarity to the features to keep, 0..2 */
  readonly identity: number
  /** the norm of the quality model's output */
  readonly quality?: number
  /** degrees, -90..90 */
  readonly yaw?: number
}

/** The masks of the generator for a batch, 1 where a token is hidden; `rows * tokens` flags each. */
export interface BatchMasks {
  readonly dropped: Uint8Array
  readonly masked: Uint8Array
}

/** Rows to move. Those from `rows` on, up to the batch of the networks, are padding. */
export interface AttropBatch {
  readonly rows: number
  /** `batch * width` numbers, moved in place: rounded to float32 once, at the end, where all is computed in float64 */
  readonly vectors: Float32Array
  /** `batch * features` numbers: what the recogniser should say of the images; of any length but 0 */
  readonly targets: Float32Array
  /** degrees, one a row; where a yaw is asked for */
  readonly yaws?: Float32Array
  /** of one step, counted from 0; the image that is made in the end has step `undefined` */
  masks(step: number | undefined): BatchMasks
}

/** How a row ends: its terms are met; the steps are used up; or a number is not finite, and it is left where it is. */
export const ROW_ENDS = ['met', 'steps', 'not finite'] as const
export type RowEnd = (typeof ROW_ENDS)[number]

export interface RowOutcome {
  readonly end: RowEnd
  /** steps that moved the row */
  readonly steps: number
  /** before each step */
  readonly path: readonly Terms[]
  /** of the moved vector, with the masks of the image that is made in the end; where asked for */
  readonly after?: Terms
  /** of a row that is not finite: the step and what was not */
  readonly failure?: { readonly step: number; readonly what: string }
}

export interface AttropOptions extends RuntimeOptions {
  /** float32 by default */
  readonly precision?: AttropPrecision
}

/**
 * Networks of more bytes than this, together, have activations of gigabytes, which are not kept between operators: the official
 * ones, 8 rows at once, then take 7.3 GB where they took 10, and no more time.
 */
const LARGE = 500e6

async function bytesOf({ generator, recogniser, quality, pose }: AttropModels): Promise<number> {
  const models = [generator, recogniser, quality, pose].filter((model) => model !== undefined)
  const sizes = await Promise.all(models.map(async ({ path }) => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Moves vectors until the images made of them have the quality and pose that are asked for. */
export class Attrop {
  private constructor(
    private readonly runtime: Runtime,
    private readonly models: AttropModels,
    private readonly settings: AttropSettings,
    /** rows of one call */
    readonly batch: number,
    private readonly precision: AttropPrecision,
  ) {}

  /**
   * @throws InputError where the settings ask for what no model measures, the networks don't fit together, or one can't be
   * differentiated
   */
  static async open(
    models: AttropModels,
    settings: AttropSettings,
    batch: number,
    { precision = 'float32', ...options }: AttropOptions = {},
  ): Promise<Attrop> {
    checkSettings(models, settings)
    const optimise = precision === 'float64' ? 'exactly' : true
    const runtime = await Runtime.open(attropStep(models, settings, batch, precision), {
      ...options,
      optimise,
      keepsMemory: (await bytesOf(models)) < LARGE,
    })
    return new Attrop(runtime, models, settings, batch, precision)
  }

  /**
   * Moves the rows of a batch in place, by at most `settings.steps` steps of Adam. As in the authors' loop, a row whose
   * terms are met is moved once more and then stays; a row never looks at another, so its numbers depend on no batch.
   * @param measure whether the moved vectors are measured, which costs one more call
   */
  async run(batch: AttropBatch, measure = false): Promise<RowOutcome[]> {
    const { size: width } = this.models.generator.descriptor.input
    const adam = new Adam(batch.rows, width, this.settings.learningRate)
    const rows = Array.from({ length: batch.rows }, (): Row => ({ path: [] }))
    const vectors = this.#numbers(batch.vectors)
    for (let step = 0; step < this.settings.steps && rows.some(({ end }) => end === undefined); step++) {
      const { terms, gradients } = await this.#call(batch, vectors, batch.masks(step))
      for (const [index, row] of rows.entries()) {
        if (row.end !== undefined) continue
        const gradient = gradients.subarray(index * width, (index + 1) * width)
        const what = notFinite(terms[index], gradient)
        if (what !== undefined) {
          row.end = 'not finite'
          row.failure = { step, what }
          continue
        }
        row.path.push(terms[index])
        adam.step(index, vectors.subarray(index * width, (index + 1) * width), gradient)
        if (!this.settings.everyStep && this.#isMet(terms[index], batch.yaws?.[index])) row.end = 'met'
      }
    }
    batch.vectors.set(vectors)
    const after = measure
      ? (await this.#call(batch, this.#numbers(batch.vectors), batch.masks(undefined))).terms
      : undefined
    return rows.map(({ end, path, failure }, index) => ({
      end: end ?? (this.#isMet(after?.[index] ?? path.at(-1), batch.yaws?.[index]) ? 'met' : 'steps'),
      steps: path.length,
      path,
      ...(after !== undefined && { after: after[index] }),
      ...(failure !== undefined && { failure }),
    }))
  }

  /** Whether each term that is asked for is within the authors' bounds. */
  #isMet(terms: Terms | undefined, yaw: number | undefined): boolean {
    if (terms === undefined) return false
    const { quality } = this.settings
    return (
      terms.identity <= MET.identity &&
      (quality === undefined || quality - (terms.quality ?? 0) <= MET.quality) &&
      (yaw === undefined || Math.abs(yaw - Math.abs(terms.yaw ?? 0)) <= MET.pose)
    )
  }

  async #call(
    { targets, yaws }: AttropBatch,
    vectors: Float32Array | Float64Array,
    { dropped, masked }: BatchMasks,
  ): Promise<{ terms: Terms[]; gradients: Float32Array | Float64Array }> {
    const { batch, precision } = this
    const { input } = this.models.generator.descriptor
    const { size: features } = this.models.recogniser.descriptor.output
    const floats = (values: Float32Array | Float64Array, shape: readonly number[]) =>
      runtimeTensor(precision, this.#numbers(values), shape)
    const inputs: Tensors = {
      [PORTS.vector]: floats(vectors, [batch, input.size]),
      [PORTS.target]: floats(targets, [batch, features]),
      ...(input.masks !== undefined && {
        [PORTS.dropped]: runtimeTensor('bool', dropped, [batch, input.masks.tokens]),
        [PORTS.masked]: runtimeTensor('bool', masked, [batch, input.masks.tokens]),
      }),
      ...(yaws !== undefined && { [PORTS.yawTarget]: floats(yaws, [batch]) }),
    }
    const outputs = await this.runtime.run(inputs)
    const column = (port: string) => outputs[port]?.data as Float32Array | Float64Array | undefined
    const [quality, yaw] = [column(PORTS.quality), column(PORTS.yaw)]
    const [loss, identity] = [outputs[PORTS.loss].data, outputs[PORTS.identity].data] as Float64Array[]
    const terms = Array.from(loss, (value, row) => ({
      loss: value,
      identity: identity[row],
      ...(quality !== undefined && { quality: quality[row] }),
      ...(yaw !== undefined && { yaw: yaw[row] }),
    }))
    return { terms, gradients: outputs[PORTS.gradient].data as Float32Array | Float64Array }
  }

  /** Numbers in the precision that the graph computes in. */
  #numbers(values: Float32Array | Float64Array): Float32Array | Float64Array {
    if (this.precision === 'float64') return Float64Array.from(values)
    return values instanceof Float32Array ? values : Float32Array.from(values)
  }

  async close(): Promise<void> {
    await this.runtime.close()
  }
}

interface Row {
  readonly path: Terms[]
  end?: RowEnd
  failure?: { readonly step: number; readonly what: string }
}

function notFinite(terms: Terms, gradient: Float32Array | Float64Array): string | undefined {
  const term = Object.entries(terms).find(([, value]) => !Number.isFinite(value))
  if (term !== undefined) return `${term[0]} is ${term[1]}`
  const at = gradient.findIndex((value) => !Number.isFinite(value))
  return at < 0 ? undefined : `number ${at} of the gradient is ${gradient[at]}`
}

/** @throws InputError where the settings ask for what no model measures */
export function checkSettings(models: AttropModels, settings: AttropSettings): void {
  if (settings.quality !== undefined && models.quality === undefined)
    throw new InputError(
      'a quality is asked for, and no model measures it',
      'AttrOP',
      'name one with --quality',
    )
  if (settings.yaw !== undefined && models.pose === undefined)
    throw new InputError('a yaw is asked for, and no model measures it', 'AttrOP', 'name one with --pose')
  if (settings.quality === undefined && settings.yaw === undefined)
    throw new InputError(
      'neither a quality nor a yaw is asked for',
      'AttrOP',
      'give --quality-target, --yaw, or both',
    )
}
