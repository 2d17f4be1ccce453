import { statSync } from 'node:fs'
import { InputError } from '../errors.js'
import { FLOAT_TYPES } from './element-types.js'
import type { Port } from './port.js'
import { readGraph } from './read-graph.js'
import { elementCount, externalPath, type Tensor } from './tensor.js'

/** What an ONNX file says about itself. */
export interface OnnxSummary {
  /** of the standard operators */
  readonly opset: number
  readonly producer: string
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** floating-point numbers that the file stores: weights, biases and running statistics */
  readonly parameters: number
  /** of the file and of the files that hold its external data */
  readonly bytes: number
  readonly nodes: number
}

/**
 * Reads what an ONNX file says about itself by stepping over its weights: a file of gigabytes is not loaded.
 * @throws InputError where it is no ONNX file, or a file of its weights is missing
 */
export async function readOnnxSummary(path: string): Promise<OnnxSummary> {
  const graph = readGraph(path)
  // Some exporters keep weights in nodes of type Constant.
  const inNodes = graph.nodes.flatMap(({ attributes }) =>
    Object.values(attributes).flatMap((value) =>
      typeof value === 'object' && 'tensor' in value ? [value.tensor] : [],
    ),
  )
  const tensors = [...graph.initialisers.values(), ...inNodes]
  const locations = new Set(tensors.flatMap(locationOf))
  return {
    opset: graph.opset,
    producer: [graph.producer?.name, graph.producer?.version].filter(Boolean).join(' '),
    inputs: graph.inputs.map(plain),
    outputs: graph.outputs.map(plain),
    parameters: tensors
      .filter(({ type }) => FLOAT_TYPES.includes(type))
      .reduce((sum, { shape }) => sum + elementCount(shape), 0),
    bytes: [...locations].reduce((sum, location) => sum + sizeOf(location, path), statSync(path).size),
    nodes: graph.nodes.length,
  }
}

const plain = ({ name, type, shape }: Port): Port => ({ name, type, shape })

function locationOf({ proto }: Tensor): string[] {
  if (proto?.dataLocation !== 1) return []
  return (proto.externalData ?? []).filter(({ key }) => key === 'location').map(({ value }) => value)
}

function sizeOf(location: string, model: string): number {
  const status = statSync(externalPath(model, location), { throwIfNoEntry: false })
  if (status !== undefined) return status.size
  throw new InputError(
    `its weights are in '${location}', which is not beside it`,
    model,
    'copy that file too',
  )
}
