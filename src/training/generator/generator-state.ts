import type { DiscriminatorParts } from '../../networks/discriminators/discriminator.js'
import { DISCRIMINATORS } from '../../networks/discriminators/index.js'
import { Weights } from '../../networks/weights.js'
import type { Graph } from '../../onnx/graph.js'
import { GraphBuilder } from '../../onnx/graph-builder.js'
import { arraysOfParameters } from '../arrays.js'
import { optimiserOf } from '../optimisers/list.js'
import { Parameters } from '../parameters.js'
import type { TrainableGenerator } from './generator-network.js'
import type { GeneratorSpec } from './generator-spec.js'
import { PREFIX } from './networks.js'

/** A discriminator that is trained beside the generator. */
export interface DiscriminatorState {
  readonly graph: Graph
  readonly parts: DiscriminatorParts
  readonly parameters: Parameters
}

/** Everything that steps change. */
export interface GeneratorState {
  /** with the weights that it began with */
  readonly network: TrainableGenerator
  readonly generator: Parameters
  /** the moving average of the generator's weights, by their names, where one is kept */
  readonly average: ReadonlyMap<string, Float32Array> | undefined
  readonly discriminator: DiscriminatorState | undefined
}

export function beginGenerator(spec: GeneratorSpec, network: TrainableGenerator): GeneratorState {
  const generator = new Parameters(network.weights, optimiserOf(spec.optimiser).kept, network.fixed)
  const average =
    spec.average === undefined
      ? undefined
      : new Map(generator.trained.map(({ name, values }) => [name, values.slice()] as const))
  return {
    network,
    generator,
    average,
    discriminator: spec.losses.adversarial === undefined ? undefined : beginDiscriminator(spec),
  }
}

function beginDiscriminator({ discriminator, seed }: GeneratorSpec): DiscriminatorState {
  const { architecture, width, optimiser } = discriminator
  const { build, fresh } = DISCRIMINATORS[architecture]
  const weights = fresh(seed, width)
  const g = new GraphBuilder()
  const named = new Weights(weights, 'the discriminator')
  const parts = build(g, named)
  named.finish()
  const parameters = new Parameters(weights, optimiserOf(optimiser).kept, Object.keys(parts.next))
  return { graph: g.graph, parts, parameters }
}

/** All arrays of a state by name. */
export function arraysOfGenerator({
  generator,
  average,
  discriminator,
}: GeneratorState): Map<string, Float32Array> {
  return new Map([
    ...arraysOfParameters(generator, PREFIX.generator),
    ...(discriminator === undefined
      ? []
      : arraysOfParameters(discriminator.parameters, PREFIX.discriminator)),
    ...[...(average ?? [])].map(([name, values]) => [`average/${name}`, values] as const),
  ])
}
