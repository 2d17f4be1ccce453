import { dirname, join } from 'node:path'
import { advance, firstSamples } from '../diffusion/advance.js'
import { schedulerOf } from '../diffusion/list.js'
import type { Denoising, DenoisingStep } from '../diffusion/scheduler.js'
import type { GeneratorDescriptor } from '../models/descriptor.js'
import type { Diffusion } from '../models/diffusion/diffusion-schema.js'
import { hashAsDescribed, type Model } from '../models/model.js'
import {
  Runtime,
  type RuntimeOptions,
  type RuntimeTensor,
  runtimeTensor,
  type Tensors,
} from '../onnx/runtime.js'

/** The networks of a latent diffusion model, run as one: vectors and noise in, images out. */
export class DiffusionNetwork {
  readonly #denoising: Denoising
  /** what the encoder gives for the empty text, once it was asked */
  #unconditioned: Float32Array | undefined

  private constructor(
    private readonly descriptor: GeneratorDescriptor,
    private readonly diffusion: Diffusion,
    private readonly encoder: Runtime,
    private readonly denoiser: Runtime,
    private readonly decoder: Runtime,
  ) {
    this.#denoising = schedulerOf(diffusion.scheduler).plan(diffusion.schedule, diffusion.steps)
  }

  /** @throws InputError where a file is missing or altered, or a network can't be run */
  static async open(
    model: Model<GeneratorDescriptor>,
    diffusion: Diffusion,
    options: RuntimeOptions,
  ): Promise<DiffusionNetwork> {
    const opened: Runtime[] = []
    const open = async (path: string): Promise<Runtime> => {
      const runtime = await Runtime.open(path, options)
      opened.push(runtime)
      return runtime
    }
    try {
      const encoder = await open(await partOf(model, diffusion.encoder))
      const denoiser = await open(model.path)
      const decoder = await open(await partOf(model, diffusion.decoder))
      return new DiffusionNetwork(model.descriptor, diffusion, encoder, denoiser, decoder)
    } catch (error) {
      for (const runtime of opened) await runtime.close()
      throw error
    }
  }

  /**
   * Makes one batch: the encoder once, the denoiser at each step, the decoder for one image after another, which holds its
   * memory to one image's.
   * @param inputs the vectors [batch, n] and the noise [batch, steps, channels, height, width], by the descriptor's names
   */
  async run(inputs: Tensors, outputs: Tensors): Promise<void> {
    const { input, output } = this.descriptor
    const vectors = inputs[input.name]
    const noise = inputs[input.noise?.name ?? 'noise']
    const [batch, , ...latent] = noise.dims
    const condition = await this.#encode(vectors.data as Float32Array, batch)
    const sample = await this.#denoise(noise.data as Float32Array, [batch, ...latent], condition)
    const image = outputs[output.name].data as Float32Array
    const size = sample.length / batch
    for (let i = 0; i < batch; i++) {
      const one = runtimeTensor('float32', sample.slice(i * size, (i + 1) * size), [1, ...latent])
      const { image: drawn } = await this.decoder.run({ latent: one })
      image.set(drawn.data as Float32Array, (i * image.length) / batch)
    }
  }

  /** [batch, tokens, width]; where there is guidance [2 batch, tokens, width], what the empty text gives first */
  async #encode(vectors: Float32Array, batch: number): Promise<RuntimeTensor> {
    const { prompt, empty } = this.diffusion.encoder
    const conditioned = await this.#ask(prompt, vectors, batch)
    if (this.diffusion.guidance === 1) return conditioned
    const { size } = this.descriptor.input
    this.#unconditioned ??= (await this.#ask(empty, new Float32Array(size), 1)).data as Float32Array
    const both = new Float32Array(2 * conditioned.size)
    for (let i = 0; i < batch; i++) both.set(this.#unconditioned, i * this.#unconditioned.length)
    both.set(conditioned.data as Float32Array, conditioned.size)
    return runtimeTensor('float32', both, [2 * batch, ...conditioned.dims.slice(1)])
  }

  /** @param text undefined for an encoder that takes none */
  async #ask(
    text: readonly number[] | undefined,
    vectors: Float32Array,
    batch: number,
  ): Promise<RuntimeTensor> {
    const feature = runtimeTensor('float32', vectors, [batch, vectors.length / batch])
    if (text === undefined) return (await this.encoder.run({ feature })).condition
    const words = BigInt64Array.from({ length: batch * text.length }, (_, i) => BigInt(text[i % text.length]))
    const tokens = runtimeTensor('int64', words, [batch, text.length])
    return (await this.encoder.run({ tokens, feature })).condition
  }

  async #denoise(noise: Float32Array, shape: number[], condition: RuntimeTensor): Promise<Float32Array> {
    const [batch] = shape
    let samples = firstSamples(noise, batch, this.#denoising)
    for (const [i, step] of this.#denoising.steps.entries()) {
      const said = await this.#predict(samples.sample, step, shape, condition)
      samples = advance(samples, said, noise, batch, this.#denoising, i)
    }
    return samples.sample
  }

  /** What the denoiser says of a sample, with guidance: empty + guidance (prompt - empty). */
  async #predict(
    sample: Float32Array,
    { timestep, inputScale }: DenoisingStep,
    shape: number[],
    condition: RuntimeTensor,
  ): Promise<Float32Array> {
    const [batch, ...rest] = shape
    const calls = condition.dims[0] / batch
    const scaled = new Float32Array(calls * sample.length)
    for (let i = 0; i < scaled.length; i++) scaled[i] = sample[i % sample.length] * inputScale
    const { prediction } = await this.denoiser.run({
      sample: runtimeTensor('float32', scaled, [calls * batch, ...rest]),
      timestep: runtimeTensor('float32', new Float32Array(calls * batch).fill(timestep), [calls * batch]),
      condition,
    })
    const said = prediction.data as Float32Array
    if (calls === 1) return said
    const { guidance } = this.diffusion
    const out = new Float32Array(sample.length)
    for (let i = 0; i < out.length; i++) out[i] = said[i] + guidance * (said[i + out.length] - said[i])
    return out
  }

  async close(): Promise<void> {
    await this.encoder.close()
    await this.denoiser.close()
    await this.decoder.close()
  }
}

/** A network that lies beside the denoiser. @throws InputError where it is missing or altered */
async function partOf(
  { path }: Model<GeneratorDescriptor>,
  { file, sha256 }: { readonly file: string; readonly sha256: string },
): Promise<string> {
  const part = join(dirname(path), file)
  await hashAsDescribed(part, sha256, {
    missing: 'a network of this generator is missing',
    remedy: 'get it again',
    key: 'diffusion',
  })
  return part
}
