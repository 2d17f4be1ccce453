import { stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { sha256OfFile } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import type { Producer } from '../onnx/graph.js'
import type { HalfType } from '../onnx/half/half-operators.js'
import { writeGraph } from '../onnx/write-graph.js'
import { yamlText } from '../yaml-file.js'
import { type Descriptor, descriptorSchema } from './descriptor.js'
import { halfNetwork } from './half-model.js'
import { type KeptNetwork, keepNetwork, requireOnnxName } from './kept-whole.js'
import { descriptorPath, loadModel, type Model } from './model.js'
import { differenceOnMadeInputs, type PrecisionDifference } from './precision-difference.js'

export interface ConvertRequest {
  /** an ONNX file with a descriptor */
  readonly model: string
  readonly out: string
  readonly precision: HalfType
  /** replaces files that are there */
  readonly overwrite?: boolean | undefined
  /** what the file names as its maker */
  readonly producer?: Producer | undefined
  /** compares the model with the converted one; on made inputs by default */
  readonly compare?: (before: Model, after: Model) => Promise<PrecisionDifference>
}

/** What was written, and how far it lies from what it was. */
interface Written {
  readonly descriptor: Descriptor
  readonly bytes: { readonly before: number; readonly after: number }
  /** nodes that compute in halves, and all of them */
  readonly nodes: { readonly half: number; readonly all: number }
  /** the operators that stay in float32 */
  readonly kept: readonly string[]
  /** finite weights beyond 65504, which became that */
  readonly clipped: number
  readonly difference: PrecisionDifference
  /**
   * true: the processor has no operators of this type, so that the difference is that of a network which rounds as they
   * would; what was written did not run here
   */
  readonly imitated: boolean
}

export type ConvertResult = KeptNetwork<Written>

/**
 * Writes a model in half precision: weights and activations of 16 bits, inputs and outputs float32, norms and softmax in
 * float32. Nothing is kept unless its numbers are finite wherever the model's are.
 * @throws InputError
 */
export async function convertModel(request: ConvertRequest): Promise<ConvertResult> {
  const { out, precision } = request
  requireOnnxName(out)
  const model = await loadModel(request.model)
  if ('diffusion' in model.descriptor && model.descriptor.diffusion !== undefined)
    throw new InputError(
      'a diffusion model is several networks; they are not converted here',
      model.path,
      "import it in half precision: 'models import-diffusion .. --fp16'",
    )
  return keepNetwork(out, request.overwrite, (path) => write(model, precision, path, request))
}

async function write(
  model: Model,
  precision: HalfType,
  path: string,
  { producer, compare = differenceOnMadeInputs }: ConvertRequest,
): Promise<{ result: Written; dataPath: string | undefined }> {
  const half = await halfNetwork(model.path, precision)
  const { dataPath } = await writeGraph(half.graph, path, { ...(producer && { producer }) })
  const sha256 = await sha256OfFile(path)
  const { file: _, provenance, ...described } = model.descriptor
  const descriptor = descriptorSchema.parse({
    ...described,
    name: basename(path, '.onnx'),
    description: [described.description, precision]
      .filter((part) => part !== undefined && part !== '')
      .join(', '),
    provenance: {
      ...provenance,
      sha256,
      note: [provenance.note, `brought to ${precision} from the file of SHA-256 ${model.sha256}`]
        .filter((part) => part !== undefined)
        .join('; '),
    },
  })
  await writeFile(descriptorPath(path), yamlText(descriptor))
  const imitated = precision === 'bfloat16'
  const tried = imitated ? await imitation(model, precision, path) : await loadModel(path)
  const difference = await compare(model, tried)
  const size = async (name: string | undefined) => (name === undefined ? 0 : (await stat(name)).size)
  const result = {
    descriptor,
    bytes: { before: await size(model.path), after: (await size(path)) + (await size(dataPath)) },
    nodes: half.nodes,
    kept: half.kept,
    clipped: half.clipped(),
    difference,
    imitated,
  }
  return { result, dataPath }
}

/** The model as float32 operators that round as halves would, beside where it is written. */
async function imitation(model: Model, precision: HalfType, path: string): Promise<Model> {
  const { graph } = await halfNetwork(model.path, precision, { imitated: true })
  const imitated = `${path}.imitated.onnx`
  await writeGraph(graph, imitated)
  return { ...model, path: imitated, sha256: await sha256OfFile(imitated) }
}
