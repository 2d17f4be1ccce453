import { gradient } from '../../gradient/gradient.js'
import { DISCRIMINATOR_PORTS } from '../../networks/discriminators/discriminator.js'
import type { Graph } from '../../onnx/graph.js'
import { JUDGING } from './losses/adversarial.js'
import { type ChosenLosses, LOSS_NAMES, LOSSES, type LossName } from './losses/list.js'
import { PREFIX, type StepNetworks } from './networks.js'
import { buildScene, type SceneSize } from './scene.js'

export interface StepRequest extends SceneSize {
  /** the losses that count */
  readonly losses: ChosenLosses
  /** whether the discriminator learns */
  readonly judges: boolean
  /** the weights that are trained, by their names in the networks */
  readonly trained: { readonly generator: readonly string[]; readonly discriminator: readonly string[] }
}

/** The weighted sum of the generator's losses. */
export const TOTAL = 'total'
/** What the discriminator learns by. */
export const JUDGING_LOSS = 'judging'
export type StepLoss = LossName | typeof TOTAL | typeof JUDGING_LOSS

/**
 * A graph that computes one training step of a generator, and of a discriminator beside it: the losses, and their gradients with
 * respect to the weights. Both networks are as they were before the step in all of it, so one pass serves both.
 */
export interface GeneratorStep {
  readonly graph: Graph
  /** outputs that are one number */
  readonly losses: readonly StepLoss[]
  /** the output that holds a weight's gradient, by the weight's name in the graph */
  readonly gradients: Readonly<Record<string, string>>
  /** the output that takes a weight's place after the step, by the weight's name in the graph */
  readonly next: Readonly<Record<string, string>>
}

/** @throws InputError where the networks don't fit together, or one can't be differentiated */
export function generatorStep(networks: StepNetworks, request: StepRequest): GeneratorStep {
  const { trained, judges } = request
  const { graph, losses, constant, next } = lossGraph(networks, request)
  const named = (prefix: string, names: readonly string[]) => names.map((name) => `${prefix}${name}`)
  // As tensors of the graph they'd count as constant in the gradient of the other network.
  weightsGoIn(graph, [
    ...named(PREFIX.generator, trained.generator),
    ...named(PREFIX.discriminator, trained.discriminator),
    ...Object.keys(next),
  ])
  const learned = gradient(graph, {
    of: TOTAL,
    withRespectTo: named(PREFIX.generator, trained.generator),
    constant,
  })
  if (!judges) return { graph: learned.graph, losses, gradients: learned.gradients, next }
  const judged = gradient(learned.graph, {
    of: JUDGING_LOSS,
    withRespectTo: named(PREFIX.discriminator, trained.discriminator),
    constant,
  })
  return { graph: judged.graph, losses, gradients: { ...learned.gradients, ...judged.gradients }, next }
}

/** The losses of a step as one graph. */
function lossGraph(
  networks: StepNetworks,
  request: StepRequest,
): Omit<GeneratorStep, 'gradients'> & { constant: readonly string[] } {
  const scene = buildScene(networks, request)
  const { g } = scene.losses
  const losses: StepLoss[] = []
  const output = (name: StepLoss, value: string) => {
    losses.push(name)
    g.output(name, value, [])
  }
  const terms: string[] = []
  for (const name of LOSS_NAMES) {
    const options = request.losses[name]
    if (options === undefined) continue
    const value = LOSSES[name].build(scene.losses, options)
    output(name, value)
    terms.push(options.weight === 1 ? value : g.mul(value, g.floats(options.weight)))
  }
  output(
    TOTAL,
    terms.reduce((a, b) => g.add(a, b)),
  )
  const { discriminator } = networks
  const next: Record<string, string> = {}
  if (request.judges && discriminator !== undefined) {
    const { judging, parts } = discriminator
    const judged = scene.realJudgement()
    output(JUDGING_LOSS, JUDGING[judging](g, judged[DISCRIMINATOR_PORTS.scores], scene.losses.scores()))
    for (const [weight, value] of Object.entries(parts.next)) {
      const name = `${PREFIX.discriminator}${weight}`
      next[name] = `${name}.next`
      g.output(next[name], judged[value], discriminator.graph.initialisers.get(weight)?.shape ?? [])
    }
  }
  return { graph: g.graph, losses, next, constant: scene.constant }
}

/** Makes inputs of weights. */
function weightsGoIn(graph: Graph, names: readonly string[]): void {
  for (const name of names) {
    const tensor = graph.initialisers.get(name)
    if (tensor === undefined) continue
    graph.inputs.push({ name, type: tensor.type, shape: tensor.shape })
    graph.initialisers.delete(name)
  }
}
