import { expect, test } from 'vitest'
import { gradient } from '../../src/gradient/gradient.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'

test('nothing comes back through a value that counts as constant', async () => {
  const g = new GraphBuilder()
  const x = g.floatInput('x', [1])
  const square = g.mul(x, x)
  g.output('y', g.mul(square, x), [1])
  const slope = async (constant: readonly string[]) => {
    const { graph } = gradient(g.graph, { of: 'y', withRespectTo: ['x'], constant })
    const runtime = await Runtime.open(graph)
    const { x_grad } = await runtime.run({ x: runtimeTensor('float32', Float32Array.of(3), [1]) })
    await runtime.close()
    return x_grad.data[0]
  }
  expect(await slope([])).toBe(27)
  expect(await slope([square])).toBe(9)
  expect(() => gradient(g.graph, { of: 'y', withRespectTo: ['x'], constant: ['z'] })).toThrow("no value 'z'")
})
