import { InputError } from '../errors.js'
import { ARCHITECTURES, requireArchitecture } from '../networks/catalogue.js'
import type { WeightTensors } from '../networks/weights.js'
import { arraysOfParameters } from './arrays.js'
import { ClassCentres } from './class-centres.js'
import { optimiserOf } from './optimisers/list.js'
import { Parameters } from './parameters.js'
import type { RecogniserSpec } from './recogniser-spec.js'

/** Everything that steps change: a checkpoint holds it. */
export interface RecogniserState {
  readonly parameters: Parameters
  readonly centres: ClassCentres
}

/** Fresh weights of the network that a spec asks for. @throws InputError where it is no recogniser's */
export function freshWeights({ network, seed }: Pick<RecogniserSpec, 'network' | 'seed'>): WeightTensors {
  const name = requireArchitecture(network.architecture)
  const { roles, fresh } = ARCHITECTURES[name]
  if (!roles.includes('recogniser'))
    throw new InputError(
      `the architecture '${name}' is no recogniser's`,
      'network.architecture',
      `those that are: ${Object.entries(ARCHITECTURES).flatMap(([id, each]) => (each.roles.includes('recogniser') ? [id] : []))}`,
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
  const arrays = arraysOfParameters(parameters)
  arrays.set('class centres', centres.values)
  for (const [i, kept] of centres.state.entries()) arrays.set(`class centres state ${i}`, kept)
  return arrays
}
