import { expect, it } from 'vitest'
import { gradient } from '../../src/gradient/gradient.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'

it('what is repeated only to meet something of the whole shape is not repeated', async () => {
  const g = new GraphBuilder()
  const x = g.floatInput('x', [2, 3])
  const mean = g.node('ReduceMean', [x], { axes: [1], keepdims: 1 })
  g.output('y', g.node('ReduceSum', [g.mul(g.mul(x, x), mean)], { keepdims: 0 }), [])
  const { graph, gradients } = gradient(g.graph, { of: 'y', withRespectTo: ['x'] })
  expect(graph.nodes.filter(({ opType }) => opType === 'Expand')).toHaveLength(0)
  const runtime = await Runtime.open(graph, { threads: 1 })
  const values = [1, 2, 6, -1, 0, 4]
  const result = await runtime.run({ x: runtimeTensor('float32', Float32Array.from(values), [2, 3]) })
  // d/dx of sum(x^2) mean(x): 2 x mean + sum(x^2) / 3
  const expected = values.map((value, i) => (i < 3 ? 6 * value + 41 / 3 : 2 * value + 17 / 3))
  for (const [i, found] of (result[gradients.x].data as Float32Array).entries())
    expect(found).toBeCloseTo(expected[i], 4)
  await runtime.close()
})
