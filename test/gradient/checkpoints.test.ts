import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../src/arrays/npy.js'
import { readNpz } from '../../src/arrays/npz.js'
import { openCheckpoint } from '../../src/checkpoint/checkpoint.js'
import { gradient } from '../../src/gradient/gradient.js'
import { iresnet } from '../../src/networks/iresnet.js'
import { Weights } from '../../src/networks/weights.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { shared } from '../shared.js'

const CHECKPOINTS = shared('checkpoints')

/** The recogniser as it is trained, with the loss mean((feature / 10 - target)^2). */
function trainedNetwork(checkpoint: string, targetShape: readonly number[]) {
  const opened = openCheckpoint(checkpoint)
  const state = opened.stateDicts.get('') ?? [...opened.stateDicts.values()][0]
  const g = new GraphBuilder()
  iresnet.build(g, new Weights(state, checkpoint), {})
  const target = g.floatInput('target', targetShape)
  const difference = g.node('Sub', [g.node('Mul', ['feature', g.floats(0.1)]), target])
  g.output('loss', g.node('ReduceMean', [g.mul(difference, difference)], { keepdims: 0 }), [])
  return g.graph
}

describe.skipIf(!CHECKPOINTS)(
  'parameter gradients of a recogniser (skipped where shared/checkpoints is absent)',
  () => {
    const file = (name: string) => join(CHECKPOINTS ?? '', name)

    it("are PyTorch's within 1e-3 of each tensor's largest element", async () => {
      const { names, arrays } = await readNpz(file('iresnet-tiny-normal.gradients.npz'), () => true)
      const inputs = await readNpy(file('iresnet-tiny-normal.inputs.npy'))
      const target = arrays.get('target')
      const loss = arrays.get('loss')
      if (target === undefined || loss === undefined) throw new Error('the reference has no target or loss')
      const graph = trainedNetwork(file('iresnet-tiny-normal.pth'), target.shape)
      const parameters = names.filter((name) => name !== 'target' && name !== 'loss')
      expect(parameters.length).toBeGreaterThan(30)
      const derived = gradient(graph, { of: 'loss', withRespectTo: parameters })
      expect(derived.cotangent).toBeUndefined()
      const runtime = await Runtime.open(derived.graph)
      const found = await runtime.run({
        image: runtimeTensor('float32', Float32Array.from(inputs.data as Float32Array), inputs.shape),
        target: runtimeTensor('float32', Float32Array.from(target.data as Float32Array), target.shape),
      })
      await runtime.close()
      expect((found.loss.data as Float32Array)[0]).toBeCloseTo(Number(loss.data[0]), 5)
      const worst = parameters.map((name) => {
        const expected = arrays.get(name)?.data as Float32Array
        const actual = found[derived.gradients[name]].data as Float32Array
        expect(actual.length, name).toBe(expected.length)
        const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0) / largest
      })
      for (const [i, difference] of worst.entries()) expect(difference, parameters[i]).toBeLessThan(1e-3)
    })
  },
)
