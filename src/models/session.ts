import { cores } from '../cores.js'
import { InputError } from '../errors.js'
import { openNetwork } from '../networks/open-network.js'
import type { Graph } from '../onnx/graph.js'
import { type Port, showPort } from '../onnx/port.js'
import type { Provider, Runtime, RuntimeOptions, Tensors } from '../onnx/runtime.js'
import type { Descriptor } from './descriptor.js'
import type { Model } from './model.js'
import { fromPortType, isConverted, isConvertible, toPortType } from './port-types.js'
import { roleOf } from './roles/list.js'

export { requireProvider, tryProvider } from '../onnx/provider-check.js'
export {
  PROVIDERS,
  type Provider,
  runtimeTensor,
  type Tensors,
} from '../onnx/runtime.js'

export type SessionOptions = RuntimeOptions

/** What results say of how networks were run. */
export type RecordedSession = Required<Pick<SessionOptions, 'provider' | 'threads'>>

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
      `${kind} '${port.name}' is ${showPort(port)}, the descriptor of this ${model.descriptor.role} says ${showPort({ ...expected, shape: ['batch', ...expected.shape.slice(1)] })}: ${what} differs`,
      model.path,
      `correct '${kind}' in the descriptor, or name another model`,
    )
  const convertible = expected.type === 'float32' && isConvertible(port.type, kind)
  if (port.type !== expected.type && !convertible) throw misfit('the type')
  if (expected.unranked === true) return
  if (port.shape.length !== expected.shape.length) throw misfit('the number of dimensions')
  for (let axis = 1; axis < expected.shape.length; axis++) {
    const found = port.shape[axis]
    if (
      typeof found === 'number' &&
      found > 0 &&
      expected.shape[axis] !== -1 &&
      found !== expected.shape[axis]
    )
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
  #runtime: Promise<Runtime> | undefined

  private constructor(
    readonly model: Model<D>,
    private readonly options: SessionOptions,
    private readonly extend?: (graph: Graph) => void,
  ) {}

  /**
   * @param extend adds to the network what should be computed beside it
   * @throws InputError where the file is no ONNX, the provider is not there, or the shapes differ
   */
  static async open<D extends Descriptor>(
    model: Model<D>,
    options: SessionOptions = {},
    extend?: (graph: Graph) => void,
  ): Promise<ModelSession<D>> {
    const session = new ModelSession(model, options, extend)
    await session.#open()
    return session
  }

  /** A session that is opened, and throws what {@link open} does, at its first call: where all may be kept already. */
  static deferred<D extends Descriptor>(model: Model<D>, options: SessionOptions = {}): ModelSession<D> {
    return new ModelSession(model, options)
  }

  get provider(): Provider {
    return this.options.provider ?? 'cpu'
  }

  /** which of several GPUs; undefined: the first */
  get device(): number | undefined {
    return this.options.device
  }

  get threads(): number {
    return this.options.threads ?? cores()
  }

  #open(): Promise<Runtime> {
    this.#runtime ??= openChecked(this.model, this.options, this.extend)
    return this.#runtime
  }

  /**
   * One call. What goes in and comes out is float32, whatever floats, or whole numbers of pixels, the network takes.
   * @param outputs tensors to write into, where the caller has some: fresh memory costs a page fault every 4 KB
   * @throws InputError where the network fails on these inputs
   */
  async run(inputs: Tensors, outputs?: Tensors): Promise<Tensors> {
    const runtime = await this.#open()
    const typed = Object.entries(inputs).map(([name, tensor]) => {
      const port = runtime.inputs.find((input) => input.name === name)
      return [name, port === undefined ? tensor : toPortType(tensor, port.type, this.model.path)]
    })
    const asked = runtime.outputs.filter(({ name }) => outputs === undefined || name in outputs)
    if (!asked.some(({ type }) => isConverted(type))) return runtime.run(Object.fromEntries(typed), outputs)
    const results = Object.entries(await runtime.run(Object.fromEntries(typed)))
    for (const [name, into] of Object.entries(outputs ?? {})) {
      const made = results.find(([result]) => result === name)?.[1]
      if (made !== undefined) (into.data as Float32Array).set(fromPortType(made).data as Float32Array)
    }
    return outputs ?? Object.fromEntries(results.map(([name, tensor]) => [name, fromPortType(tensor)]))
  }

  async close(): Promise<void> {
    if (this.#runtime === undefined) return
    // One that did not open has said why to whoever called.
    await this.#runtime.then(
      (runtime) => runtime.close(),
      () => undefined,
    )
  }
}

async function openChecked(
  model: Model,
  options: SessionOptions,
  extend?: (graph: Graph) => void,
): Promise<Runtime> {
  const runtime = await openNetwork(model.path, options, extend)
  try {
    const expected = roleOf(model.descriptor).ports(model.descriptor)
    for (const port of expected.inputs) checkPort(port, runtime.inputs, 'input', model)
    for (const port of expected.outputs) checkPort(port, runtime.outputs, 'output', model)
  } catch (error) {
    await runtime.close()
    throw error
  }
  return runtime
}
