import { isMainThread } from 'node:worker_threads'
import type Ort from 'onnxruntime-node'
import { cores } from '../cores.js'
import { InputError, type Way } from '../errors.js'
import { onDemand } from '../on-demand.js'
import type { ElementType, TypedArray } from './element-types.js'
import { Graph } from './graph.js'
import { openGraph } from './graph-file.js'
import type { Port } from './port.js'
import { tryProvider, unusable } from './provider-check.js'
import { batchError, type Failure, failureOf, fittingRows, SMALLER_BATCH } from './provider-failure.js'
import { backendOf, type Provider, readyProvider } from './providers.js'
import { runtimeMessage, runtimeReason } from './runtime-message.js'

const ort = onDemand<typeof Ort>('onnxruntime-node', ({ env }) => {
  // What goes wrong is told once, in this program's words.
  env.logLevel = 'fatal'
})

export { PROVIDERS, type Provider } from './providers.js'

export interface RuntimeOptions {
  /** where the network runs; `cpu` by default */
  readonly provider?: Provider
  /** which of several GPUs, from 0; the first by default. Of CUDA alone */
  readonly device?: number
  /** threads of one call; all cores by default */
  readonly threads?: number
}

/** Numbers on their way into a network or out of it. */
export type RuntimeTensor = Ort.Tensor

/** The tensors that go in and come out, by name. */
export type Tensors = Readonly<Record<string, RuntimeTensor>>

/** The version of onnxruntime, which results are recorded with. */
export function runtimeVersion(): string {
  const { node, common } = ort().env.versions
  return node ?? common
}

/** A tensor around numbers that are not copied. Half precision is given as its bits. */
export function runtimeTensor(type: ElementType, data: TypedArray, shape: readonly number[]): RuntimeTensor {
  return new (ort().Tensor)(type as keyof Ort.Tensor.DataTypeMap, data as Float32Array, shape)
}

interface OpenOptions extends RuntimeOptions {
  /** threads spin while they wait for work; true by default. Where another's work comes between two calls they'd take its core */
  readonly spin?: boolean
  /**
   * false: the network runs as it is written, which opens faster. 'exactly': what is constant is computed once, and no
   * operators are joined into others that onnxruntime has besides onnx's: those keep factors in float32, and some have no float64
   */
  readonly optimise?: boolean | 'exactly'
  /** false: an operator's memory goes back to the system after it, and fresh pages cost time; true by default: it is kept */
  readonly keepsMemory?: boolean
  /**
   * false: memory is taken as operators need it; true by default: a first call is laid out that way, and those that follow in one
   * piece, which is held beside what the first call took
   */
  readonly plansMemory?: boolean
  /** false: an error where the provider lacks an operator, which would run on the processor; true by default */
  readonly elsewhere?: boolean
  /** how a user makes its batches smaller, where there is no memory for one; with --batch by default */
  readonly smaller?: Way
  /** whether the provider is known to be there, or this is how that is found out */
  readonly tried?: boolean
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
    private readonly session: Ort.InferenceSession,
    private readonly smaller: Way,
  ) {}

  /**
   * @param network an ONNX file, or a graph in memory
   * @throws InputError where the file is no network that can be run, or the provider is not there
   */
  static async open(network: string | Graph, options: OpenOptions = {}): Promise<Runtime> {
    const {
      provider = 'cpu',
      device,
      threads = cores(),
      spin = true,
      optimise = true,
      keepsMemory = true,
      plansMemory = true,
      elsewhere = true,
      smaller = SMALLER_BATCH,
    } = options
    const name = network instanceof Graph ? network.origin : network
    const backend = backendOf(provider)
    if (isMainThread) readyProvider(provider)
    if (provider !== 'cpu' && options.tried !== true && isMainThread) {
      const problem = await tryProvider(provider, device)
      if (problem !== undefined) throw unusable(provider, problem, name)
    }
    const settings: Ort.InferenceSession.SessionOptions = {
      executionProviders: [device === undefined ? backend : { name: backend, deviceId: device }],
      intraOpNumThreads: threads,
      logSeverityLevel: 4,
      enableCpuMemArena: keepsMemory,
      enableMemPattern: plansMemory,
      ...(optimise !== true && { graphOptimizationLevel: optimise === false ? 'disabled' : 'basic' }),
      extra: {
        session: {
          ...(!spin && { intra_op: { allow_spinning: '0' } }),
          // onnxruntime refuses this where the processor was asked for.
          ...(!elsewhere && provider !== 'cpu' && { disable_cpu_ep_fallback: '1' }),
        },
      },
    }
    try {
      const create = (model: Uint8Array | string) =>
        typeof model === 'string'
          ? ort().InferenceSession.create(model, settings)
          : ort().InferenceSession.create(model, settings)
      const session = await (network instanceof Graph ? openGraph(network, create) : create(network))
      return new Runtime(
        name,
        provider,
        threads,
        ports(session.inputMetadata),
        ports(session.outputMetadata),
        session,
        smaller,
      )
    } catch (error) {
      if (error instanceof InputError) throw error
      const reason = runtimeReason(error)
      const failure = failureOf(runtimeMessage(error), provider)
      if (failure !== undefined) throw new InputError(failure.what, name, failure.ways, { cause: error })
      throw provider === 'cpu'
        ? new InputError(`not a network that can be run (${reason})`, name, 'export it again', {
            cause: error,
          })
        : unusable(provider, reason, name, { cause: error })
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
      const failure = failureOf(runtimeMessage(error), this.provider)
      if (failure?.memory !== undefined) throw await this.#batchError(failure, inputs, error)
      if (failure !== undefined) throw new InputError(failure.what, this.name, failure.ways, { cause: error })
      throw new InputError(`the network failed (${runtimeReason(error)})`, this.name, 'check what goes in', {
        cause: error,
      })
    }
  }

  /** Looks for a batch that there is memory for: half of this one, half of that ... */
  async #batchError(failure: Failure, inputs: Tensors, error: unknown): Promise<InputError> {
    const tensors = Object.entries(inputs)
    const first = tensors[0]?.[1].dims[0]
    const rows = first !== undefined && tensors.every(([, { dims }]) => dims[0] === first) ? first : undefined
    const fits = async (count: number): Promise<boolean> => {
      const fewer = tensors.map(([name, tensor]) => [name, firstRows(tensor, count)])
      return this.session.run(Object.fromEntries(fewer)).then(
        () => true,
        () => false,
      )
    }
    const fitting = rows === undefined ? undefined : await fittingRows(rows, fits)
    return batchError(failure, { rows, fitting, smaller: this.smaller }, this.name, error)
  }

  async close(): Promise<void> {
    await this.session.release()
  }
}

function firstRows({ type, data, dims }: RuntimeTensor, rows: number): RuntimeTensor {
  const numbers = data as Float32Array
  return new (ort().Tensor)(type as 'float32', numbers.subarray(0, (numbers.length / dims[0]) * rows), [
    rows,
    ...dims.slice(1),
  ])
}

function ports(metadata: readonly Ort.InferenceSession.ValueMetadata[]): Port[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type as ElementType, shape: value.shape }
      : { name: value.name, type: 'not a tensor', shape: [] },
  )
}
