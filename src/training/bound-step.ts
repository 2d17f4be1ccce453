import type { Graph } from '../onnx/graph.js'
import {
  Runtime,
  type RuntimeOptions,
  type RuntimeTensor,
  runtimeTensor,
  type Tensors,
} from '../onnx/runtime.js'
import { SMALLER_BATCH } from './run-spec.js'

/** An array that goes into a step, or that a step writes into. */
export interface BoundArray {
  readonly values: Float32Array
  readonly shape: readonly number[]
}

/**
 * A step's graph with arrays that stay: weights go in as they are, gradients come out into arrays that are there, so that nothing
 * is copied. Losses are outputs of one number.
 */
export class BoundStep {
  readonly #inputs: Tensors
  readonly #outputs: Record<string, RuntimeTensor> = {}

  private constructor(
    private readonly runtime: Runtime,
    private readonly losses: readonly string[],
    inputs: ReadonlyMap<string, BoundArray>,
    outputs: ReadonlyMap<string, BoundArray>,
  ) {
    const tensor = ({ values, shape }: BoundArray) => runtimeTensor('float32', values, shape)
    this.#inputs = Object.fromEntries([...inputs].map(([name, array]) => [name, tensor(array)]))
    for (const [name, array] of outputs) this.#outputs[name] = tensor(array)
    for (const name of losses) this.#outputs[name] = runtimeTensor('float32', new Float32Array(1), [])
  }

  static async open(
    graph: Graph,
    bound: {
      readonly inputs: ReadonlyMap<string, BoundArray>
      readonly outputs: ReadonlyMap<string, BoundArray>
      readonly losses: readonly string[]
    },
    options: RuntimeOptions,
  ): Promise<BoundStep> {
    const runtime = await Runtime.open(graph, { ...options, smaller: SMALLER_BATCH })
    return new BoundStep(runtime, bound.losses, bound.inputs, bound.outputs)
  }

  /** @param feeds what goes in beside the bound arrays @returns the losses @throws InputError where the graph can't be run */
  async run(feeds: Tensors): Promise<Record<string, number>> {
    const outputs = await this.runtime.run({ ...this.#inputs, ...feeds }, this.#outputs)
    return Object.fromEntries(this.losses.map((name) => [name, Number(outputs[name].data[0])]))
  }

  close(): Promise<void> {
    return this.runtime.close()
  }
}
