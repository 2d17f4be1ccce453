import { availableParallelism } from 'node:os'
import ort from 'onnxruntime-node'
import { InputError, reasonOf } from '../errors.js'
import type { ElementType, TypedArray } from './element-types.js'
import { Graph, type GraphParts } from './graph.js'
import type { Port } from './port.js'
import { encodeGraph } from './write-graph.js'

/** Where a network can run. */
export const PROVIDERS = ['cpu', 'cuda', 'webgpu', 'coreml'] as const
export type Provider = (typeof PROVIDERS)[number]

export interface RuntimeOptions {
  /** where the network runs; `cpu` by default */
  readonly provider?: Provider
  /** threads of one call; all cores by default */
  readonly threads?: number
}

/** Numbers on their way into a network or out of it. */
export type RuntimeTensor = ort.Tensor

/** The tensors that go in and come out, by name. */
export type Tensors = Readonly<Record<string, RuntimeTensor>>

/** The version of onnxruntime, which results are recorded with. */
export const RUNTIME_VERSION: string = ort.env.versions.node ?? ort.env.versions.common

/** A tensor around numbers that are not copied. Half precision is given as its bits. */
export function runtimeTensor(type: ElementType, data: TypedArray, shape: readonly number[]): RuntimeTensor {
  return new ort.Tensor(type as keyof ort.Tensor.DataTypeMap, data as Float32Array, shape)
}

const HOW_TO_GET: Record<Provider, string> = {
  cpu: '',
  cuda: 'install onnxruntime-node with its CUDA libraries (ONNXRUNTIME_NODE_INSTALL=cuda12) on a machine with an NVIDIA driver',
  webgpu: 'it needs a graphics adapter with Vulkan, Metal or Direct3D 12',
  coreml: 'it is there on macOS only',
}

interface OpenOptions extends RuntimeOptions {
  /** threads spin while they wait for work; true by default. Where another's work comes between two calls they'd take its core */
  readonly spin?: boolean
  /** false: the network runs as it is written, which opens faster */
  readonly optimise?: boolean
}

/** A network that onnxruntime has loaded: the only place that calls it. */
export class Runtime {
  private constructor(
    /** what messages call it: its file */
    readonly name: string,
    readonly provider: Provider,
    readonly threads: number,
    readonly inputs: readonly Port[],
    readonly outputs: readonly Port[],
    private readonly session: ort.InferenceSession,
  ) {}

  /**
   * @param network an ONNX file, or a graph in memory
   * @throws InputError where the file is no network that can be run, or the provider is not there
   */
  static async open(network: string | Graph, options: OpenOptions = {}): Promise<Runtime> {
    const { provider = 'cpu', threads = availableParallelism(), spin = true, optimise = true } = options
    const name = network instanceof Graph ? network.origin : network
    const settings: ort.InferenceSession.SessionOptions = {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      logSeverityLevel: 4,
      ...(!optimise && { graphOptimizationLevel: 'disabled' }),
      ...(!spin && { extra: { session: { intra_op: { allow_spinning: '0' } } } }),
    }
    try {
      const session = await (network instanceof Graph
        ? ort.InferenceSession.create(encodeGraph(network), settings)
        : ort.InferenceSession.create(network, settings))
      return new Runtime(
        name,
        provider,
        threads,
        ports(session.inputMetadata),
        ports(session.outputMetadata),
        session,
      )
    } catch (error) {
      if (error instanceof InputError) throw error
      const reason = reasonOf(error)
      throw provider === 'cpu'
        ? new InputError(`not a network that can be run (${reason})`, name, 'export it again', {
            cause: error,
          })
        : new InputError(
            `the provider '${provider}' can't be used on this machine (${reason})`,
            name,
            `${HOW_TO_GET[provider]}; or use --provider cpu`,
            { cause: error },
          )
    }
  }

  /**
   * One call.
   * @param outputs tensors to write into, where the caller has some: fresh memory costs a page fault every 4 KB
   * @throws InputError where the network fails on these inputs
   */
  async run(inputs: Tensors, outputs?: Tensors): Promise<Tensors> {
    try {
      return await (outputs === undefined ? this.session.run(inputs) : this.session.run(inputs, outputs))
    } catch (error) {
      throw new InputError(`the network failed (${reasonOf(error)})`, this.name, 'check what goes in', {
        cause: error,
      })
    }
  }

  async close(): Promise<void> {
    await this.session.release()
  }
}

function ports(metadata: readonly ort.InferenceSession.ValueMetadata[]): Port[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type as ElementType, shape: value.shape }
      : { name: value.name, type: 'not a tensor', shape: [] },
  )
}

/** The smallest network there is, y = x for one float32. */
const IDENTITY: GraphParts = {
  nodes: [{ opType: 'Identity', inputs: ['x'], outputs: ['y'] }],
  inputs: [{ name: 'x', type: 'float32', shape: [1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [1] }],
}

/** Why a provider can't be used on this machine, found by opening a network on it; undefined where it can. */
export async function tryProvider(provider: Provider): Promise<string | undefined> {
  try {
    const runtime = await Runtime.open(Graph.of(IDENTITY), { provider })
    await runtime.close()
    return undefined
  } catch (error) {
    return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error)
  }
}
