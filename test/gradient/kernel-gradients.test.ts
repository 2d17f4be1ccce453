import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gradient, type KernelGradients } from '../../src/gradient/gradient.js'
import type { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { ShapeInference } from '../../src/onnx/shapes/inference.js'
import { elementCount } from '../../src/onnx/tensor.js'
import { RandomStream } from '../../src/random/philox.js'

const pair = (max: number, min = 0) => fc.array(fc.integer({ min, max }), { minLength: 2, maxLength: 2 })

const windows = fc.record({
  kernel: pair(3, 1),
  strides: pair(3, 1),
  dilations: pair(2, 1),
  pads: fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
  extra: pair(4),
})

/** The gradient of the kernels of a convolution alone, from random numbers. */
async function kernelGradient(network: Graph, form: KernelGradients): Promise<Float32Array> {
  const { graph, gradients } = gradient(network, { of: 'y', withRespectTo: ['w'], kernelGradients: form })
  const runtime = await Runtime.open(graph, { threads: 1 })
  const shapes = new ShapeInference(graph)
  const feeds = graph.inputs.map(({ name }) => {
    const shape = (shapes.of(name).shape ?? []).map(Number)
    const numbers = new Float32Array(elementCount(shape))
    new RandomStream(3, name).fillNormal(numbers, 1)
    return [name, runtimeTensor('float32', numbers, shape)]
  })
  const results = await runtime.run(Object.fromEntries(feeds))
  await runtime.close()
  return results[gradients.w].data as Float32Array
}

it.each(['Conv', 'ConvTranspose'])(
  '%s: as a convolution by all places, what it is as products (1e-5 of the largest number)',
  (opType) =>
    fc.assert(
      fc.asyncProperty(windows, async ({ kernel, strides, dilations, pads, extra }) => {
        const sides = kernel.map((size, i) => {
          const inside = dilations[i] * (size - 1) + 1 + extra[i]
          return Math.max(
            1,
            opType === 'Conv' ? inside - pads[i] - pads[i + 2] : pads[i] + pads[i + 2] + extra[i],
          )
        })
        const g = new GraphBuilder()
        const x = g.floatInput('x', [3, 2, ...sides])
        const w = g.floatInput('w', opType === 'Conv' ? [4, 2, ...kernel] : [2, 4, ...kernel])
        const y = g.node(opType, [x, w], { kernel_shape: kernel, strides, dilations, pads })
        const shape = new ShapeInference(g.graph).of(y).shape ?? []
        fc.pre(shape.every((size) => Number(size) > 0))
        g.output('y', y, shape)
        const products = await kernelGradient(g.graph, 'products')
        const convolved = await kernelGradient(g.graph, 'convolution')
        const largest = products.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3)
        const off = products.map((value, i) => Math.abs(value - convolved[i]) / largest)
        expect(convolved).toHaveLength(products.length)
        expect(Math.max(...off)).toBeLessThan(1e-5)
      }),
      { numRuns: 30 },
    ),
)
