import { writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exists, readText } from '../../bytes/files.js'
import { schedulerOf } from '../../diffusion/list.js'
import { type NoiseSchedule, noiseScheduleSchema } from '../../diffusion/noise-schedule.js'
import { InputError } from '../../errors.js'
import { parseJson } from '../../json.js'
import {
  buildClipTextEncoder,
  clipTextConfigSchema,
  clipTextSize,
} from '../../networks/diffusion/clip-text-encoder.js'
import { buildUnet } from '../../networks/diffusion/unet.js'
import { otherKind, unetConfigSchema } from '../../networks/diffusion/unet-config.js'
import { buildVaeDecoder, vaeConfigSchema } from '../../networks/diffusion/vae-decoder.js'
import type { Weights } from '../../networks/weights.js'
import type { GraphBuilder } from '../../onnx/graph-builder.js'
import { yamlText } from '../../yaml-file.js'
import { type Descriptor, descriptorSchema } from '../descriptor.js'
import { keepWhole, refuseExisting } from '../kept-whole.js'
import { descriptorPath } from '../model.js'
import { findPart, type PipelinePart, parseConfig } from './diffusers-folder.js'
import { type Prompt, readPrompt } from './prompt.js'
import { type WrittenNetwork, writeNetwork } from './write-network.js'

export interface DiffusionImportRequest {
  /** Arc2Face's folder, with `arcface`.. : `arc2face/` (or `unet/`) and `encoder/` (or `text_encoder/`) in it */
  readonly folder: string
  /** Stable Diffusion 1.5's folder, where `vae/`, `tokenizer/` and `scheduler/` are not in the first */
  readonly base?: string | undefined
  /** a low-rank adaptation of the denoiser, LCM-LoRA for example */
  readonly lora?: string | undefined
  /** what it is multiplied by; 1 by default */
  readonly loraScale?: number | undefined
  /** by default latent consistency with a LoRA, else DPM-Solver++ */
  readonly scheduler?: string | undefined
  /** those that the scheduler's authors use, by default */
  readonly steps?: number | undefined
  readonly guidance?: number | undefined
  /** numbers of an identity vector; 512 by default */
  readonly featureSize?: number | undefined
  /** the denoiser's ONNX file; the others' lie beside it */
  readonly out: string
  readonly fp16?: boolean | undefined
  readonly licence?: string | undefined
  readonly producer?: { readonly name: string; readonly version: string } | undefined
  readonly overwrite?: boolean | undefined
}

export interface DiffusionImportResult {
  readonly descriptor: Descriptor
  /** every file that was written, the descriptor last */
  readonly files: readonly string[]
  /** numbers of each network */
  readonly parameters: { readonly encoder: number; readonly denoiser: number; readonly decoder: number }
  /** layers that the adaptation changed, and its ranks */
  readonly lora: { readonly layers: number; readonly ranks: readonly number[] } | undefined
  /** what no file says, and was taken by default */
  readonly assumed: readonly string[]
}

const BASE = 'it is part of Stable Diffusion 1.5: name that folder by --base'
const ARC2FACE = 'download it from huggingface.co/FoivosPar/Arc2Face'

/**
 * Turns a latent diffusion model in diffusers' layout into three ONNX networks and the descriptor of a generator. Weights
 * are read and written one after another; nothing in the files is run.
 * @throws InputError where a part is missing, is of another kind, or doesn't fit the others
 */
export async function importDiffusion(request: DiffusionImportRequest): Promise<DiffusionImportResult> {
  const { out } = request
  const stem = basename(out, '.onnx')
  const names = { denoiser: `${stem}.onnx`, encoder: `${stem}-encoder.onnx`, decoder: `${stem}-decoder.onnx` }
  const paths = Object.values(names).map((name) => join(dirname(out), name))
  await refuseExisting(out, request.overwrite, paths)
  return keepWhole(out, (folder) => new DiffusionImport(request, folder, names).run())
}

class DiffusionImport {
  readonly #roots: readonly string[]
  readonly #files: string[] = []
  readonly #assumed: string[] = []

  constructor(
    private readonly request: DiffusionImportRequest,
    private readonly into: string,
    private readonly names: Readonly<Record<'denoiser' | 'encoder' | 'decoder', string>>,
  ) {
    this.#roots = [request.folder, ...(request.base === undefined ? [] : [request.base])]
  }

  async run(): Promise<DiffusionImportResult> {
    const { request, names } = this
    const unet = await findPart([request.folder], ['arc2face', 'unet'], 'the UNet', ARC2FACE)
    const text = await findPart([request.folder], ['encoder', 'text_encoder'], 'the text encoder', ARC2FACE)
    const vae = await findPart(this.#roots, ['vae'], 'the VAE, whose decoder draws the image,', BASE)
    const other = otherKind(unet.config)
    if (other !== undefined) {
      throw new InputError(
        `this is ${other}`,
        unet.folder,
        "Arc2Face's is of Stable Diffusion 1's kind: name it",
      )
    }
    const unetConfig = parseConfig(unet, unetConfigSchema)
    const vaeConfig = parseConfig(vae, vaeConfigSchema)
    const featureSize = request.featureSize ?? 512

    const { built: prompt, ...encoder } = await this.#write(text, names.encoder, async (g, weights) => {
      const said = await this.#prompt(weights, text.weights)
      const built = buildClipTextEncoder(g, weights, parseConfig(text, clipTextConfigSchema), {
        word: said.word,
        featureSize,
      })
      if (built.width === unetConfig.cross_attention_dim) return said
      throw new InputError(
        `the encoder gives ${built.width} numbers a token, the UNet takes ${unetConfig.cross_attention_dim}`,
        text.folder,
        'name the encoder and the UNet of one model',
      )
    })
    const denoiser = await this.#write(
      unet,
      names.denoiser,
      (g, weights) => buildUnet(g, weights, unetConfig, prompt.prompt.length),
      request.lora,
    )
    const size = unetConfig.sample_size
    const decoder = await this.#write(vae, names.decoder, (g, weights) =>
      buildVaeDecoder(g, weights, vaeConfig, size),
    )

    const { scheduler, steps, guidance } = this.#denoising()
    const side = size * 2 ** (vaeConfig.block_out_channels.length - 1)
    const descriptor = descriptorSchema.parse({
      name: basename(request.out, '.onnx'),
      role: 'generator',
      description: `latent diffusion, ${schedulerOf(scheduler).title}, ${steps} steps, guidance ${guidance}${request.fp16 === true ? ', half precision' : ''}`,
      licence: request.licence ?? 'unknown',
      input: { size: featureSize, noise: { shape: [steps, unetConfig.in_channels, size, size] } },
      output: { size: [side, side], range: [-1, 1] },
      diffusion: {
        encoder: { file: names.encoder, sha256: encoder.sha256, prompt: prompt.prompt, empty: prompt.empty },
        decoder: { file: names.decoder, sha256: decoder.sha256 },
        scheduler,
        schedule: await this.#schedule(),
        steps,
        guidance,
      },
      provenance: {
        source: basename(request.folder),
        sha256: denoiser.sha256,
        note: [
          `imported from weights of SHA-256 ${denoiser.source} (UNet), ${encoder.source} (encoder), ${decoder.source} (VAE)`,
          ...(denoiser.lora === undefined ? [] : [`with an adaptation of SHA-256 ${denoiser.lora.sha256}`]),
          ...this.#assumed.map((said) => `assumed: ${said}`),
        ].join('; '),
      },
    })
    const yaml = descriptorPath(names.denoiser)
    await writeFile(join(this.into, yaml), yamlText(descriptor))
    return {
      descriptor,
      files: [...this.#files, yaml],
      parameters: { encoder: encoder.parameters, denoiser: denoiser.parameters, decoder: decoder.parameters },
      lora: denoiser.lora && { layers: denoiser.lora.layers, ranks: denoiser.lora.ranks },
      assumed: this.#assumed,
    }
  }

  async #write<T>(
    part: PipelinePart,
    name: string,
    build: (g: GraphBuilder, weights: Weights) => T | Promise<T>,
    lora?: string,
  ): Promise<WrittenNetwork<T>> {
    const { fp16, producer, loraScale = 1 } = this.request
    const adaptation = lora === undefined ? undefined : { path: lora, scale: loraScale }
    const written = await writeNetwork(part.weights, join(this.into, name), build, {
      fp16,
      producer,
      lora: adaptation,
    })
    this.#files.push(...written.files)
    return written
  }

  /** The texts, by the tokenizer's vocabulary where its folder is there. */
  async #prompt(weights: Weights, encoder: string): Promise<Prompt> {
    const places = this.#roots.map((root) => join(root, 'tokenizer', 'vocab.json'))
    let vocabulary: string | undefined
    for (const place of places) if (await exists(place)) vocabulary ??= place
    if (vocabulary === undefined) this.#assumed.push("CLIP's vocabulary: no tokenizer's vocab.json is there")
    const { tokens, vocabulary: words } = clipTextSize(weights)
    return readPrompt(vocabulary, { tokens, words }, encoder)
  }

  #denoising(): { scheduler: string; steps: number; guidance: number } {
    const { lora } = this.request
    const scheduler = this.request.scheduler ?? (lora === undefined ? 'dpm-solver' : 'lcm')
    const { usual, title } = schedulerOf(scheduler)
    const { steps = usual.steps, guidance = usual.guidance } = this.request
    if (this.request.scheduler === undefined) {
      this.#assumed.push(
        `${title}, which Arc2Face's authors use ${lora === undefined ? 'without' : 'with'} a LoRA`,
      )
    }
    return { scheduler, steps, guidance }
  }

  /** The training's noise, as the model's own scheduler says it. */
  async #schedule(): Promise<NoiseSchedule> {
    for (const root of this.#roots) {
      const folder = join(root, 'scheduler')
      const path = join(folder, 'scheduler_config.json')
      if (!(await exists(path))) continue
      return parseConfig(
        { folder, config: parseJson(await readText(path)), weights: path },
        noiseScheduleSchema,
      )
    }
    this.#assumed.push(
      "Stable Diffusion 1's noise (scaled_linear, 0.00085 to 0.012): no scheduler_config.json is there",
    )
    return noiseScheduleSchema.parse({ steps_offset: 1, set_alpha_to_one: false })
  }
}
