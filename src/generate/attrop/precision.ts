import { readGraph } from '../../onnx/read-graph.js'
import type { Provider } from '../../onnx/runtime.js'
import { elementCount } from '../../onnx/tensor.js'
import { type AttropModels, type AttropPrecision, networksOf } from './loss-graph.js'

/** Networks of fewer numbers than this, all together, are moved through in float64 unless something else is asked for. */
const SMALL = 25e6

/**
 * float64 on a processor for small networks, where it costs seconds a step; float32 else.
 * @returns the precision, and why it is that one
 */
export function precisionFor(
  models: AttropModels,
  provider: Provider,
): { readonly precision: AttropPrecision; readonly why: string } {
  if (provider !== 'cpu') return { precision: 'float32', why: `the provider is ${provider}` }
  let numbers = 0
  for (const { path } of networksOf(models))
    for (const { shape } of readGraph(path).initialisers.values()) numbers += elementCount(shape)
  const millions = `${(numbers / 1e6).toFixed(1)} million numbers`
  return numbers < SMALL
    ? { precision: 'float64', why: `the networks are small, ${millions}` }
    : { precision: 'float32', why: `the networks have ${millions}` }
}
