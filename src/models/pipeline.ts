import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { readOnnxSummary } from '../onnx/summary.js'
import { readYaml } from '../yaml-file.js'
import type { Descriptor } from './descriptor.js'
import type { SessionOptions } from './session.js'
import { TimedNetwork } from './timed-network.js'

/** One step of a pipeline: a network that runs `repeats` times for a batch of images. */
const stageSchema = z.strictObject({
  /** ONNX file, relative to the pipeline's own */
  model: z.string().min(1),
  repeats: z.int().min(1).max(10_000).default(1),
  /** rows of each image in a call: 2 where guidance asks with a text and without one */
  rows: z.int().min(1).max(16).default(1),
  /** sizes of free dimensions other than the batch, by their names in the network */
  sizes: z.record(z.string(), z.int().positive()).default({}),
})

/**
 * How a generator of several steps makes a batch, in YAML. A diffusion model of 50 steps:
 *
 * @example
 * name: DDIM, 50 steps
 * stages:
 *   - model: identity-encoder.onnx
 *   - model: denoiser.onnx
 *     repeats: 50
 *   - model: decoder.onnx
 */
export const pipelineSchema = z.strictObject({
  name: z.string().min(1),
  stages: z.array(stageSchema).min(1),
})
export type Pipeline = z.infer<typeof pipelineSchema>

/** Reads a pipeline; its models' paths become absolute. @throws InputError */
export async function readPipeline(path: string): Promise<Pipeline> {
  const { name, stages } = await readYaml(path, pipelineSchema)
  return { name, stages: stages.map((stage) => ({ ...stage, model: resolve(dirname(path), stage.model) })) }
}

/** How a generator makes a batch: its one network once, or as its descriptor says that several do. */
export function generatorPipeline(name: string, path: string, descriptor?: Descriptor): Pipeline {
  const once = { repeats: 1, rows: 1, sizes: {} }
  const diffusion = descriptor?.role === 'generator' ? descriptor.diffusion : undefined
  if (diffusion === undefined) return { name, stages: [{ ...once, model: path }] }
  const beside = (file: string) => join(dirname(path), file)
  const rows = diffusion.guidance === 1 ? 1 : 2
  return {
    name,
    stages: [
      { ...once, model: beside(diffusion.encoder.file) },
      { ...once, model: path, repeats: diffusion.steps, rows },
      { ...once, model: beside(diffusion.decoder.file) },
    ],
  }
}

/** A pipeline ready to be timed. */
export interface TimedPipeline {
  readonly name: string
  readonly imagesPerCall: number
  /** of all networks, each counted once however often it runs */
  readonly parameters: number
  readonly bytes: number
  /** networks run for a batch */
  readonly steps: number
  run(): Promise<void>
  close(): Promise<void>
}

/** Opens all networks of a pipeline. A network that several stages name is loaded once a stage. @throws InputError */
export async function openPipeline(
  { name, stages }: Pipeline,
  batch: number,
  options: SessionOptions & { readonly seed?: number } = {},
): Promise<TimedPipeline> {
  const networks: TimedNetwork[] = []
  const close = async (): Promise<void> => {
    for (const network of networks) await network.close()
  }
  try {
    let parameters = 0
    let bytes = 0
    for (const path of new Set(stages.map((stage) => stage.model))) {
      const summary = await readOnnxSummary(path)
      parameters += summary.parameters
      bytes += summary.bytes
    }
    for (const { model, rows, sizes } of stages)
      networks.push(await TimedNetwork.open(model, batch * rows, { ...options, sizes }))
    return {
      name,
      imagesPerCall: batch,
      parameters,
      bytes,
      steps: stages.reduce((sum, { repeats }) => sum + repeats, 0),
      async run() {
        for (const [i, { repeats }] of stages.entries()) {
          for (let step = 0; step < repeats; step++) await networks[i].run()
        }
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
