import { InputError } from '../errors.js'
import type { WeightTensors } from '../networks/weights.js'
import type { StepSettings } from './optimisers/optimiser.js'

/** One weight that is trained: its numbers, which are stepped in place, and what the optimiser keeps of each. */
export interface Parameter {
  readonly name: string
  readonly values: Float32Array
  readonly gradient: Float32Array
  readonly state: readonly Float32Array[]
}

const RUNNING = /\.running_(mean|var)$/

/** The weights of a network in training: those that are stepped, and those that are not (statistics, fixed ones). */
export class Parameters {
  readonly trained: readonly Parameter[]
  /** by name */
  readonly others: ReadonlyMap<string, Float32Array>

  /**
   * @param kept numbers that the optimiser keeps of each number
   * @param fixed names of weights that stay as they are
   */
  constructor(weights: WeightTensors, kept: number, fixed: readonly string[]) {
    const trained: Parameter[] = []
    const others = new Map<string, Float32Array>()
    for (const [name, tensor] of weights) {
      const values = Float32Array.from(tensor.readFloat32())
      if (RUNNING.test(name) || fixed.includes(name)) {
        others.set(name, values)
        continue
      }
      const like = () => new Float32Array(values.length)
      const state = Array.from({ length: kept }, like)
      trained.push({ name, values, gradient: like(), state })
    }
    this.trained = trained
    this.others = others
  }

  /** Numbers that are trained. */
  get size(): number {
    return this.trained.reduce((sum, { values }) => sum + values.length, 0)
  }

  /** All weights as they are now, by their names; the arrays are those that are stepped. */
  values(): Map<string, Float32Array> {
    return new Map([
      ...this.trained.map(({ name, values }) => [name, values] as const),
      ...this.others.entries(),
    ])
  }

  other(name: string): Float32Array {
    const values = this.others.get(name)
    if (values === undefined)
      throw new InputError(`no weight '${name}'`, 'the network in training', 'name its weights')
    return values
  }
}

/** The sum of the squares of all gradients. */
export function squaredLength(arrays: readonly Float32Array[]): number {
  let sum = 0
  for (const array of arrays) for (let i = 0; i < array.length; i++) sum += array[i] * array[i]
  return sum
}

/** What gradients are multiplied by so that together they are no longer than `longest`, as `clip_grad_norm_`. */
export function clippingFactor(length: number, longest: number | undefined): number {
  return longest === undefined ? 1 : Math.min(1, longest / (length + 1e-6))
}

/** Steps whole weights. */
export function stepParameters(
  parameters: readonly Parameter[],
  step: (stretch: Parameter & { at: number; from: number; count: number }, settings: StepSettings) => void,
  settings: StepSettings,
): void {
  for (const parameter of parameters)
    step({ ...parameter, at: 0, from: 0, count: parameter.values.length }, settings)
}
