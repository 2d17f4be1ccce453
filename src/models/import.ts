import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { sha256OfFile } from '../bytes/hashing.js'
import { openCheckpoint } from '../checkpoint/checkpoint.js'
import { chooseNetwork } from '../checkpoint/choose-network.js'
import type { Unread } from '../checkpoint/named-tensors.js'
import { InputError } from '../errors.js'
import type { Heads } from '../networks/architecture.js'
import {
  ARCHITECTURE_NAMES,
  ARCHITECTURES,
  type ArchitectureName,
  requireArchitecture,
} from '../networks/catalogue.js'
import { foldForInference } from '../networks/fold-for-inference.js'
import { Weights } from '../networks/weights.js'
import { GraphBuilder } from '../onnx/graph-builder.js'
import { writeGraph } from '../onnx/write-graph.js'
import { yamlText } from '../yaml-file.js'
import { type Descriptor, descriptorSchema } from './descriptor.js'
import { halfGraph } from './half-model.js'
import { type CheckResult, checkNetwork } from './import-check.js'
import { type KeptNetwork, keepNetwork } from './kept-whole.js'
import { descriptorPath } from './model.js'

export interface ImportRequest {
  /** a checkpoint of PyTorch or a safetensors file */
  readonly checkpoint: string
  /** the ONNX file to write; its descriptor goes beside it */
  readonly out: string
  /** the architecture; told from the keys where it is left out */
  readonly as?: string | undefined
  /** which network of the checkpoint, by the keys that lead to it, as in 'model_ema' or 'state_dict.student' */
  readonly key?: string | undefined
  readonly heads?: Heads | undefined
  /** epsilon of batch normalisation, where it isn't the family's */
  readonly epsilon?: number | undefined
  readonly role?: 'recogniser' | 'quality' | undefined
  /** halves the file, for graphics processors */
  readonly fp16?: boolean | undefined
  readonly licence?: string | undefined
  /** what the file names as its maker */
  readonly producer?: { readonly name: string; readonly version: string } | undefined
  /** replaces files that are there */
  readonly overwrite?: boolean | undefined
}

/** What was written, and what it was made of. */
interface Written {
  readonly architecture: ArchitectureName
  readonly descriptor: Descriptor
  /** numbers of the checkpoint that the network uses, running statistics included */
  readonly parameters: number
  readonly check: CheckResult
  /** where the network stood in the checkpoint; empty where the checkpoint is the network */
  readonly key: string
  /** averaged copies of it, which weren't taken */
  readonly averagedCopies: readonly string[]
  /** tensors beside it, which belong to no part of it: a margin's weight */
  readonly beside: readonly string[]
  /** what the checkpoint doesn't say and was assumed, and why */
  readonly assumed: readonly string[]
  /** objects of the checkpoint that were left unread; nothing of them was run */
  readonly unread: readonly Unread[]
}

export type ImportResult = KeptNetwork<Written>

/**
 * Turns a checkpoint into an ONNX file with its descriptor. Nothing is kept unless the network passed its check:
 * everything is written into a folder beside `out`, checked there, and moved.
 * @throws InputError
 */
export async function importCheckpoint(request: ImportRequest): Promise<ImportResult> {
  return keepNetwork(request.out, request.overwrite, (path) => write(request, path))
}

const SIGNS = new Map(ARCHITECTURE_NAMES.map((name) => [name as string, ARCHITECTURES[name].signs]))

async function write(
  request: ImportRequest,
  path: string,
): Promise<{ result: Written; dataPath: string | undefined }> {
  const asked = request.as === undefined ? undefined : requireArchitecture(request.as)
  const checkpoint = openCheckpoint(request.checkpoint)
  try {
    const found = chooseNetwork(checkpoint, SIGNS, { key: request.key, architecture: asked })
    const { key, wrapper, state } = found
    const architecture = requireArchitecture(found.architecture)
    const where = key === '' ? request.checkpoint : `${request.checkpoint} (${key})`
    const other = ARCHITECTURES[architecture].otherFamily?.(state, asked !== undefined)
    if (other !== undefined) throw new InputError(other.what, where, other.remedy)
    const weights = new Weights(state, where, unreadBelow(checkpoint.unread, found))
    const isHalf = request.fp16 === true
    const graph = new GraphBuilder()
    const {
      description,
      assumed = [],
      ...network
    } = ARCHITECTURES[architecture].build(graph, weights, {
      ...request,
      wrapper,
      beside: found.beside,
    })
    const margin = weights.finish(
      'output' in network ? outputSize(network.output as { size?: unknown }) : undefined,
    )
    if (!isHalf) foldForInference(graph.graph)
    const whole = isHalf ? (await halfGraph(graph.graph, 'float16')).graph : graph.graph
    const { dataPath } = await writeGraph(whole, path, {
      producer: request.producer ?? { name: 'vec2face-bench', version: '' },
    })
    const descriptor = descriptorSchema.parse({
      name: basename(path, '.onnx'),
      ...network,
      description: isHalf ? `${description}, half precision` : description,
      licence: request.licence ?? 'unknown',
      provenance: {
        source: basename(request.checkpoint),
        sha256: await sha256OfFile(path),
        note: [
          `imported from a checkpoint of SHA-256 ${await sha256OfFile(request.checkpoint)}${key === '' ? '' : `, the network at '${key}'`}`,
          ...assumed.map((said) => `assumed: ${said}`),
        ].join('; '),
      },
    })
    await writeFile(descriptorPath(path), yamlText(descriptor))
    const check = await checkNetwork(path, descriptor, isHalf)
    const { averagedCopies } = found
    const { unread } = checkpoint
    const beside = [...found.beside.keys(), ...margin]
    const parameters = weights.size
    const result = {
      architecture,
      descriptor,
      parameters,
      check,
      key,
      averagedCopies,
      beside,
      assumed,
      unread,
    }
    return { result, dataPath }
  } finally {
    checkpoint.close()
  }
}

/** The objects that stand where weights of a network may, by its own keys. */
function unreadBelow(unread: readonly Unread[], { key }: { key: string }): Map<string, string> {
  const prefix = key === '' ? '' : `${key}.`
  const below = unread.filter(({ place }) => place.startsWith(prefix))
  return new Map(below.map(({ place, name }) => [place.slice(prefix.length), name]))
}

/** How many numbers a feature has, which a margin's weight has for each class; none for images. */
function outputSize({ size }: { size?: unknown }): number | undefined {
  return typeof size === 'number' ? size : undefined
}
