import { InputError } from '../errors.js'
import { Graph } from './graph.js'
import type { GraphBuilder, Value } from './graph-builder.js'
import { graphsOf, showNode } from './node.js'
import { raiseOpset } from './raise-opset.js'

/**
 * Puts a network into a graph that is being built: its nodes and weights under names with a prefix, its inputs fed from
 * values of the graph. Weights are shared with the network, not copied.
 *
 * Versions of onnx's operators are brought together: the network's nodes are rewritten where the graph's version is later
 * (see {@link raiseOpset}); {@link commonOpset} gives the version to begin with.
 *
 * @param prefix tells this network's names from others': as in `generator/`
 * @param feeds a value of the graph for each input of the network, by the input's name
 * @param weightsPrefix of its weights: that of a network put in before, to look at something else with the same weights
 * @returns the value of the graph for each output of the network, by the output's name
 * @throws InputError where an input is not fed, an operator set can't be brought together, or a node holds a graph
 *
 * @example
 * const g = new GraphBuilder()
 * const { image } = embedNetwork(g, readGraph('generator.onnx'), 'G/', { vector: g.floatInput('vector', ['batch', 512]) })
 * const { feature } = embedNetwork(g, readGraph('recogniser.onnx'), 'R/', { image })
 * g.output('feature', feature, ['batch', 512])
 */
export function embedNetwork(
  builder: GraphBuilder,
  network: Graph,
  prefix: string,
  feeds: Readonly<Record<string, Value>>,
  weightsPrefix = prefix,
): Record<string, Value> {
  const { graph } = builder
  const part = network.clone()
  raiseOpset(part, graph.opset)
  for (const [domain, version] of part.opsets) {
    const own = graph.opsets.get(domain)
    if (own !== undefined && own !== version)
      throw new InputError(
        `its operator set '${domain}' has version ${version}, another network's ${own}`,
        network.origin,
        'export both with the same version',
      )
    graph.opsets.set(domain, version)
  }
  const missing = part.inputs.filter(({ name }) => feeds[name] === undefined)
  if (missing.length > 0)
    throw new InputError(
      `nothing is fed to its input '${missing[0].name}'`,
      network.origin,
      `say where it comes from; its inputs are ${part.inputs.map(({ name }) => `'${name}'`).join(', ')}`,
    )
  const renamed = (name: string): string =>
    name === '' ? '' : (feeds[name] ?? `${part.initialisers.has(name) ? weightsPrefix : prefix}${name}`)
  for (const [name, tensor] of part.initialisers) {
    const { proto: _, ...plain } = tensor
    builder.initialiser(renamed(name), { ...plain, read: () => tensor.read() })
  }
  for (const node of part.nodes) {
    if (graphsOf(node).length > 0)
      throw new InputError(
        `${showNode(node)} holds a graph of its own, which can't be put into another network`,
        network.origin,
        'export it without loops and branches',
      )
    const { proto: _, ...plain } = node
    graph.nodes.push({
      ...plain,
      name: node.name === '' ? '' : `${prefix}${node.name}`,
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
    })
    for (const output of node.outputs) builder.take(renamed(output))
  }
  return Object.fromEntries(part.outputs.map(({ name }) => [name, renamed(name)]))
}

/** The version of onnx's operators that networks can be put together in: the latest among them, 17 at least. */
export function commonOpset(networks: readonly Graph[]): number {
  return Math.max(new Graph().opset, ...networks.map(({ opset }) => opset))
}
