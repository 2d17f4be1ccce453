import { expect, test } from 'vitest'
import { gradient } from '../../src/gradient/gradient.js'
import { Graph } from '../../src/onnx/graph.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { tensorOfNumbers } from '../../src/onnx/tensor.js'

const COUNT = 200
const RATIO = 0.25

/** y, mask = Dropout(x) */
function network(training: 0 | 1, outputs: readonly string[]): Graph {
  const graph = new Graph()
  graph.initialisers.set('ratio', tensorOfNumbers('float32', [], [RATIO]))
  graph.initialisers.set('training', tensorOfNumbers('bool', [], [training]))
  graph.inputs.push({ name: 'x', type: 'float32', shape: [COUNT] })
  graph.add('Dropout', ['x', 'ratio', 'training'], outputs, { seed: 1 })
  graph.outputs.push({ name: 'y', type: 'float32', shape: [COUNT] })
  return graph
}

async function slopes(graph: Graph) {
  const derived = gradient(graph, { of: 'y', withRespectTo: ['x'] })
  const runtime = await Runtime.open(derived.graph)
  const ones = runtimeTensor('float32', new Float32Array(COUNT).fill(1), [COUNT])
  const found = await runtime.run({ x: ones, y_grad: ones })
  await runtime.close()
  return { y: found.y.data as Float32Array, slope: found.x_grad.data as Float32Array }
}

test('in inference mode everything passes', async () => {
  const { y, slope } = await slopes(network(0, ['y']))
  expect(y.every((value) => value === 1) && slope.every((value) => value === 1)).toBe(true)
})

test('while training, what was let through comes back as it went', async () => {
  const { y, slope } = await slopes(network(1, ['y', 'mask']))
  const passed = y.filter((value) => value !== 0).length
  expect(passed).toBeGreaterThan(0.5 * COUNT)
  expect(passed).toBeLessThan(COUNT)
  // Of inputs that are 1 the outputs are the slopes.
  for (const [i, value] of y.entries()) expect(slope[i]).toBeCloseTo(value, 6)
})

test('without its mask it says what it needs', () => {
  expect(() => gradient(network(1, ['y']), { of: 'y', withRespectTo: ['x'] })).toThrow(/needs its mask/)
})
