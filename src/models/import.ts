import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { stringify } from 'yaml'
import { sha256OfFile } from '../bytes/hashing.js'
import { forgetTemporary, rememberTemporary } from '../bytes/temporary.js'
import { openCheckpoint } from '../checkpoint/checkpoint.js'
import { networkState } from '../checkpoint/network-state.js'
import { asInputError, InputError } from '../errors.js'
import {
  ARCHITECTURES,
  type ArchitectureName,
  recognise,
  requireArchitecture,
} from '../networks/catalogue.js'
import type { Vec2FaceHeads } from '../networks/vec2face.js'
import { Weights } from '../networks/weights.js'
import { GraphBuilder } from '../onnx/graph-builder.js'
import { writeGraph } from '../onnx/write-graph.js'
import { type Descriptor, descriptorSchema } from './descriptor.js'
import { type CheckResult, checkNetwork } from './import-check.js'
import { descriptorPath } from './model.js'

export interface ImportRequest {
  /** a checkpoint of PyTorch or a safetensors file */
  readonly checkpoint: string
  /** the ONNX file to write; its descriptor goes beside it */
  readonly out: string
  /** the architecture; told from the keys where it is left out */
  readonly as?: string | undefined
  /** where the weights stand in the checkpoint, as in 'model_ema' */
  readonly place?: string | undefined
  readonly heads?: Vec2FaceHeads | undefined
  readonly role?: 'recogniser' | 'quality' | undefined
  /** halves the file, for graphics processors */
  readonly fp16?: boolean | undefined
  readonly licence?: string | undefined
  /** what the file names as its maker */
  readonly producer?: { readonly name: string; readonly version: string } | undefined
  /** replaces files that are there */
  readonly overwrite?: boolean | undefined
}

export interface ImportResult {
  readonly architecture: ArchitectureName
  readonly onnx: string
  /** weights of more than 2 GB */
  readonly data: string | undefined
  readonly descriptor: Descriptor
  readonly descriptorPath: string
  /** numbers of the checkpoint that the network uses, running statistics included */
  readonly parameters: number
  readonly check: CheckResult
}

/**
 * Turns a checkpoint into an ONNX file with its descriptor. Nothing is kept unless the network passed its check:
 * everything is written into a folder beside `out`, checked there, and moved.
 * @throws InputError
 */
export async function importCheckpoint(request: ImportRequest): Promise<ImportResult> {
  const { out } = request
  if (extname(out) !== '.onnx') {
    throw new InputError('the output is no .onnx file', out, 'give --out a name that ends in .onnx')
  }
  await refuseExisting(request)
  const folder = await temporaryFolder(out)
  try {
    const built = await write(request, join(folder, basename(out)))
    const written = built.files.map((file) => join(folder, basename(file)))
    for (const file of written) await rename(file, join(dirname(out), basename(file)))
    return {
      ...built.result,
      onnx: out,
      data: built.files.find((file) => file.endsWith('.data')) && `${out}.data`,
      descriptorPath: descriptorPath(out),
    }
  } catch (error) {
    throw namingOutput(asInputError(error, out), folder, out)
  } finally {
    await rm(folder, { recursive: true, force: true })
    forgetTemporary(folder)
  }
}

/** The folder that everything is written into first means nothing to who asked for `out`. */
function namingOutput(error: unknown, folder: string, out: string): unknown {
  return error instanceof InputError && error.where.startsWith(folder)
    ? new InputError(error.what, out, error.remedy, { cause: error })
    : error
}

async function refuseExisting({ out, overwrite }: ImportRequest): Promise<void> {
  if (overwrite === true) return
  for (const path of [out, `${out}.data`, descriptorPath(out)]) {
    if (await stat(path).catch(() => undefined)) {
      throw new InputError('is there already', path, 'choose another --out, or give --overwrite')
    }
  }
}

async function temporaryFolder(out: string): Promise<string> {
  try {
    await mkdir(dirname(out), { recursive: true })
    const folder = await mkdtemp(join(dirname(out), `.${basename(out)}-`))
    rememberTemporary(folder)
    return folder
  } catch (error) {
    throw asInputError(error, out)
  }
}

type Written = Pick<ImportResult, 'architecture' | 'descriptor' | 'parameters' | 'check'>

async function write(request: ImportRequest, path: string): Promise<{ result: Written; files: string[] }> {
  const wanted = request.as === undefined ? undefined : requireArchitecture(request.as)
  const checkpoint = openCheckpoint(request.checkpoint)
  try {
    const { place, state } = networkState(
      checkpoint,
      request.place,
      (candidate) => wanted !== undefined || recognise(candidate) !== undefined,
    )
    const architecture = wanted ?? recognise(state)
    if (architecture === undefined) {
      throw new InputError('no known network', request.checkpoint, 'name the architecture with --as')
    }
    const weights = new Weights(state, place === '' ? request.checkpoint : `${request.checkpoint} (${place})`)
    const graph = new GraphBuilder(request.fp16 === true ? 'float16' : 'float32')
    const { description, ...network } = ARCHITECTURES[architecture].build(graph, weights, request)
    weights.finish()
    const written = await writeGraph(graph.graph, path, {
      producer: request.producer ?? { name: 'vec2face-bench', version: '' },
    })
    const descriptor = descriptorSchema.parse({
      name: basename(path, '.onnx'),
      ...network,
      description: request.fp16 === true ? `${description}, half precision` : description,
      licence: request.licence ?? 'unknown',
      provenance: {
        source: basename(request.checkpoint),
        sha256: await sha256OfFile(path),
        note: `imported from a checkpoint of SHA-256 ${await sha256OfFile(request.checkpoint)}`,
      },
    })
    await writeFile(descriptorPath(path), stringify(descriptor))
    const check = await checkNetwork(path, descriptor, request.fp16 === true)
    const files = [written.dataPath, path, descriptorPath(path)].filter((file) => file !== undefined)
    return { result: { architecture, descriptor, parameters: weights.size, check }, files }
  } finally {
    checkpoint.close()
  }
}
