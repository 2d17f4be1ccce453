import { InputError } from '../errors.js'
import { ARCHITECTURES, requireArchitecture } from '../networks/catalogue.js'
import type { WeightTensors } from '../networks/weights.js'
import { ClassCentres } from './class-centres.js'
import { optimiserOf } from './optimisers/list.js'
import { Parameters } from './parameters.js'
import type { RecogniserSpec } from './recogniser-spec.js'

/** Everything that steps change: a checkpoint holds it. */
export interface RecogniserState {
  readonly parameters: Parameters
  readonly centres: ClassCentres
}

/** Fresh weights of the network that a spec asks for. @throws InputError where the architecture has none */
export function freshWeights({ network, seed }: RecogniserSpec): WeightTensors {
  const name = requireArchitecture(network.architecture)
  const { fresh } = ARCHITECTURES[name]
  if (fresh === undefined)
    throw new InputError(
      `the architecture '${name}' can't be trained from fresh weights`,
      'network.architecture',
      `those that can are ${Object.entries(ARCHITECTURES).flatMap(([id, each]) => (each.fresh ? [id] : []))}`,
    )
  const { depth, featureSize, width } = network
  return fresh(seed, { depth, featureSize, ...(width !== undefined && { width }) })
}

/** @param classes identities of the dataset */
export function beginState(spec: RecogniserSpec, weights: WeightTensors, classes: number): RecogniserState {
  const { network, optimiser, seed, sampledClasses, batch } = spec
  const { kept } = optimiserOf(optimiser)
  const { fixed = [] } = ARCHITECTURES[requireArchitecture(network.architecture)]
  return {
    parameters: new Parameters(weights, kept, fixed),
    centres: new ClassCentres(classes, network.featureSize, seed, { share: sampledClasses, batch, kept }),
  }
}

/** All arrays of a state by name. */
export function arraysOf({ parameters, centres }: RecogniserState): Map<string, Float32Array> {
  const arrays = new Map<string, Float32Array>()
  for (const { name, values, state } of parameters.trained) {
    arrays.set(name, values)
    for (const [i, kept] of state.entries()) arrays.set(`${name} state ${i}`, kept)
  }
  for (const [name, values] of parameters.others) arrays.set(name, values)
  arrays.set('class centres', centres.values)
  for (const [i, kept] of centres.state.entries()) arrays.set(`class centres state ${i}`, kept)
  return arrays
}

/** Whether all numbers are finite. */
export function areFinite(arrays: ReadonlyMap<string, Float32Array>): boolean {
  for (const array of arrays.values())
    for (let i = 0; i < array.length; i++) if (!Number.isFinite(array[i])) return false
  return true
}
