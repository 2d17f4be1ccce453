import { basename } from 'node:path'
import { sha256OfFile } from '../../bytes/hashing.js'
import { openCheckpoint } from '../../checkpoint/checkpoint.js'
import { InputError } from '../../errors.js'
import { mergeLora } from '../../networks/lora.js'
import { Weights, type WeightTensors } from '../../networks/weights.js'
import { GraphBuilder } from '../../onnx/graph-builder.js'
import { writeGraph } from '../../onnx/write-graph.js'

export interface WriteNetworkOptions {
  readonly fp16?: boolean | undefined
  readonly producer?: { readonly name: string; readonly version: string } | undefined
  /** an adaptation that is added to the weights */
  readonly lora?: { readonly path: string; readonly scale: number } | undefined
}

export interface WrittenNetwork<T> {
  /** what building it gave */
  readonly built: T
  /** names of the files, that of the network last */
  readonly files: readonly string[]
  /** of the ONNX file */
  readonly sha256: string
  /** SHA-256 of the weights' file */
  readonly source: string
  readonly parameters: number
  readonly lora:
    | { readonly layers: number; readonly ranks: readonly number[]; readonly sha256: string }
    | undefined
}

/**
 * Builds a network of a file of weights and writes it, weight after weight.
 * @param checkpoint a file that holds one set of tensors @throws InputError where it holds others than the network's
 */
export async function writeNetwork<T>(
  checkpoint: string,
  path: string,
  build: (g: GraphBuilder, weights: Weights) => T | Promise<T>,
  { fp16, producer, lora }: WriteNetworkOptions,
): Promise<WrittenNetwork<T>> {
  const opened = openCheckpoint(checkpoint)
  const adaptation = lora && openCheckpoint(lora.path)
  try {
    const state = soleState(opened.stateDicts, checkpoint)
    const merged =
      lora &&
      adaptation &&
      mergeLora(state, soleState(adaptation.stateDicts, lora.path), lora.scale, lora.path)
    const g = new GraphBuilder(fp16 === true ? 'float16' : 'float32')
    const weights = new Weights(merged?.weights ?? state, checkpoint)
    const built = await build(g, weights)
    weights.finish()
    const { dataPath } = await writeGraph(g.graph, path, {
      producer: producer ?? { name: 'vec2face-bench', version: '' },
    })
    return {
      built,
      files: [dataPath, path].filter((file) => file !== undefined).map((file) => basename(file)),
      sha256: await sha256OfFile(path),
      source: await sha256OfFile(checkpoint),
      parameters: weights.size,
      lora: merged && lora && { ...merged, sha256: await sha256OfFile(lora.path) },
    }
  } finally {
    opened.close()
    adaptation?.close()
  }
}

/** The one set of tensors of a file. @throws InputError where it holds several */
function soleState(states: ReadonlyMap<string, WeightTensors>, where: string): WeightTensors {
  const [first, ...others] = states.values()
  if (others.length === 0) return first
  throw new InputError(
    `holds ${others.length + 1} sets of tensors (${[...states.keys()].join(', ')})`,
    where,
    'name the file of one network',
  )
}
