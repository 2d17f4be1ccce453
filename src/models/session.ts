import { availableParallelism } from 'node:os'
import ort from 'onnxruntime-node'
import { InputError, reasonOf } from '../errors.js'
import type { Descriptor } from './descriptor.js'
import type { Model } from './model.js'

export const PROVIDERS = ['cpu', 'cuda', 'webgpu', 'coreml'] as const
export type Provider = (typeof PROVIDERS)[number]

export interface SessionOptions {
  /** where the network runs; `cpu` by default */
  readonly provider?: Provider
  /** threads of one call; all cores by default */
  readonly threads?: number
}

/** The tensors that go in and come out, by name. */
export type Tensors = Readonly<Record<string, ort.Tensor>>

interface Port {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

const HOW_TO_GET: Record<Provider, string> = {
  cpu: '',
  cuda: 'install onnxruntime-node with its CUDA libraries (ONNXRUNTIME_NODE_INSTALL=cuda12) on a machine with an NVIDIA driver',
  webgpu: 'it needs a graphics adapter with Vulkan, Metal or Direct3D 12',
  coreml: 'it is there on macOS only',
}

/** Whether a provider can be used on this machine, found by opening a network on it. */
export async function tryProvider(
  provider: Provider,
  onnx: string | Uint8Array,
): Promise<string | undefined> {
  try {
    const session = await (typeof onnx === 'string'
      ? ort.InferenceSession.create(onnx, { executionProviders: [provider], logSeverityLevel: 4 })
      : ort.InferenceSession.create(onnx, { executionProviders: [provider], logSeverityLevel: 4 }))
    await session.release()
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

function ports(metadata: readonly ort.InferenceSession.ValueMetadata[]): Port[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: value.shape }
      : { name: value.name, type: 'not a tensor', shape: [] },
  )
}

function showShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(', ')}]`
}

/** What the descriptor says that goes in and comes out; -1 stands for the batch. */
function expectedPorts(descriptor: Descriptor): { inputs: Port[]; outputs: Port[] } {
  if (descriptor.role === 'generator') {
    const { input, output } = descriptor
    const masks = input.masks
    return {
      inputs: [
        { name: input.name, type: 'float32', shape: [-1, input.size] },
        ...(masks === undefined
          ? []
          : [
              { name: masks.dropped, type: 'bool', shape: [-1, masks.tokens] },
              { name: masks.masked, type: 'bool', shape: [-1, masks.tokens] },
            ]),
      ],
      outputs: [{ name: output.name, type: 'float32', shape: [-1, 3, ...output.size] }],
    }
  }
  const { input, output } = descriptor
  const shape = input.layout === 'NCHW' ? [-1, 3, ...input.size] : [-1, ...input.size, 3]
  return {
    inputs: [{ name: input.name, type: 'float32', shape }],
    outputs: [{ name: output.name, type: 'float32', shape: [-1, output.size] }],
  }
}

function checkPort(expected: Port, found: readonly Port[], kind: 'input' | 'output', model: Model): void {
  const port = found.find(({ name }) => name === expected.name)
  if (port === undefined) {
    const names = found.map(({ name }) => `'${name}'`).join(', ')
    throw new InputError(
      `the network has no ${kind} '${expected.name}' (it has ${names})`,
      model.path,
      `correct ${kind}.name in the descriptor`,
    )
  }
  const misfit = (what: string): InputError =>
    new InputError(
      `${kind} '${port.name}' is ${port.type} ${showShape(port.shape)}, the descriptor of this ${model.descriptor.role} says ${expected.type} ${showShape(['batch', ...expected.shape.slice(1)])}: ${what} differs`,
      model.path,
      `correct '${kind}' in the descriptor, or name another model`,
    )
  if (port.type !== expected.type) throw misfit('the type')
  if (port.shape.length !== expected.shape.length) throw misfit('the number of dimensions')
  for (let axis = 1; axis < expected.shape.length; axis++) {
    const found = port.shape[axis]
    if (typeof found === 'number' && found > 0 && found !== expected.shape[axis])
      throw misfit(`dimension ${axis}`)
  }
  const batch = port.shape[0]
  const { min, max } = model.descriptor.batch
  if (typeof batch === 'number' && batch > 0 && (min !== batch || max !== batch)) {
    throw new InputError(
      `the network takes batches of ${batch} only, the descriptor says ${min} to ${max}`,
      model.path,
      `write 'batch: { min: ${batch}, max: ${batch} }' in the descriptor`,
    )
  }
}

/**
 * A network ready to run, whatever its role. Names, types and shapes are checked against the descriptor
 * before the first call.
 */
export class ModelSession<D extends Descriptor = Descriptor> {
  private constructor(
    readonly model: Model<D>,
    readonly provider: Provider,
    readonly threads: number,
    private readonly session: ort.InferenceSession,
  ) {}

  /** @throws InputError where the file is no ONNX, the provider is not there, or the shapes differ */
  static async open<D extends Descriptor>(
    model: Model<D>,
    options: SessionOptions = {},
  ): Promise<ModelSession<D>> {
    const provider = options.provider ?? 'cpu'
    const threads = options.threads ?? availableParallelism()
    let session: ort.InferenceSession
    try {
      session = await ort.InferenceSession.create(model.path, {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        logSeverityLevel: 4,
      })
    } catch (error) {
      if (provider !== 'cpu') {
        throw new InputError(
          `the provider '${provider}' can't be used on this machine (${reasonOf(error)})`,
          model.path,
          `${HOW_TO_GET[provider]}; or use --provider cpu`,
          { cause: error },
        )
      }
      throw new InputError(
        `not a network that can be run (${reasonOf(error)})`,
        model.path,
        'export it again',
        {
          cause: error,
        },
      )
    }
    try {
      const expected = expectedPorts(model.descriptor)
      for (const port of expected.inputs) checkPort(port, ports(session.inputMetadata), 'input', model)
      for (const port of expected.outputs) checkPort(port, ports(session.outputMetadata), 'output', model)
    } catch (error) {
      await session.release()
      throw error
    }
    return new ModelSession(model, provider, threads, session)
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
      throw new InputError(
        `the network failed (${reasonOf(error)})`,
        this.model.path,
        'check its descriptor',
        {
          cause: error,
        },
      )
    }
  }

  async close(): Promise<void> {
    await this.session.release()
  }
}
