import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inDoublePrecision, withDoubleKernels } from '../../src/onnx/double/double-precision.js'
import type { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { fixSizes } from '../../src/onnx/passes.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { Runtime, type RuntimeTensor, runtimeTensor } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'

function normal(count: number, name = 'numbers'): Float32Array {
  const data = new Float32Array(count)
  new RandomStream(1, name).fillNormal(data)
  return data
}

async function run(network: Graph, inputs: Record<string, RuntimeTensor>) {
  const runtime = await Runtime.open(network, { threads: 1 })
  try {
    return await runtime.run(inputs)
  } finally {
    await runtime.close()
  }
}

function doubled(network: Graph): Graph {
  const graph = inDoublePrecision(network)
  withDoubleKernels(graph)
  return graph
}

const double = (data: Float32Array, shape: readonly number[]) =>
  runtimeTensor('float64', Float64Array.from(data), shape)

describe('a network in double precision', () => {
  it('computes what it computes in float32, to its rounding: convolutions of any stride, padding, dilation and groups', async () => {
    const settings = fc.record({
      groups: fc.constantFrom(1, 2),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      pads: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(settings, async ({ groups, kernel, ...attributes }) => {
        const g = new GraphBuilder()
        const x = g.floatInput('x', [2, 4, 7, 6])
        const shape = [6, 4 / groups, ...kernel]
        const w = g.weight('w', shape, () =>
          normal(
            shape.reduce((a, b) => a * b, 1),
            'weights',
          ),
        )
        const b = g.weight('b', [6], () => normal(6, 'bias'))
        const y = g.node('Conv', [x, w, b], { group: groups, ...attributes })
        g.graph.outputs.push({ name: y, type: 'float32', shape: [], unranked: true })
        const data = normal(2 * 4 * 7 * 6)
        const single = (await run(g.graph, { x: runtimeTensor('float32', data, [2, 4, 7, 6]) }))[y]
        const exact = (await run(doubled(g.graph), { x: double(data, [2, 4, 7, 6]) }))[y]
        expect(exact.dims).toEqual(single.dims)
        const values = exact.data as Float64Array
        for (const [i, value] of (single.data as Float32Array).entries())
          expect(Math.abs(values[i] - value)).toBeLessThan(1e-4)
      }),
      { numRuns: 40 },
    )
  })

  it.each(['demo-recogniser-a', 'demo-quality', 'demo-pose'])(
    'computes what %s computes, to 1e-4 of the largest output',
    async (name) => {
      const network = readGraph(fileURLToPath(new URL(`../../models/demo/${name}.onnx`, import.meta.url)))
      fixSizes(network, { batch: 1 })
      const data = normal(3 * 112 * 112)
      const [output] = network.outputs
      const single = (await run(network, { image: runtimeTensor('float32', data, [1, 3, 112, 112]) }))[
        output.name
      ]
      const exact = (await run(doubled(network), { image: double(data, [1, 3, 112, 112]) }))[output.name]
      const values = exact.data as Float64Array
      const largest = Math.max(...values.map(Math.abs))
      for (const [i, value] of (single.data as Float32Array).entries())
        expect(Math.abs(values[i] - value) / largest).toBeLessThan(1e-4)
    },
  )

  it.each(['demo-generator', 'demo-generator-turned'])(
    'computes what %s computes, whose maps are resized, to 1e-4 of the largest output',
    async (name) => {
      const network = readGraph(fileURLToPath(new URL(`../../models/demo/${name}.onnx`, import.meta.url)))
      fixSizes(network, { batch: 1 })
      const data = normal(512).map((number) => number / Math.sqrt(512))
      const flags = new Uint8Array(50).map((_, i) => (i > 0 && i < 6 ? 1 : 0))
      const masks = () => ({
        dropped: runtimeTensor('bool', flags, [1, 50]),
        masked: runtimeTensor('bool', flags, [1, 50]),
      })
      const single = await run(network, { vector: runtimeTensor('float32', data, [1, 512]), ...masks() })
      const exact = await run(doubled(network), { vector: double(data, [1, 512]), ...masks() })
      const values = exact.image.data as Float64Array
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      for (const [i, value] of (single.image.data as Float32Array).entries())
        expect(Math.abs(values[i] - value) / largest).toBeLessThan(1e-4)
    },
  )

  it.each([
    ['nearest', 'asymmetric'],
    ['nearest', 'half_pixel'],
    ['linear', 'half_pixel'],
    ['linear', 'align_corners'],
    ['cubic', 'half_pixel'],
  ])('resizes by %s and %s as in float32, up and down', async (mode, coordinates) => {
    for (const [height, width] of [
      [9, 14],
      [3, 5],
    ]) {
      const g = new GraphBuilder()
      const x = g.floatInput('x', [2, 3, 5, 7])
      const y = g.node('Resize', [x, '', '', g.ints([2, 3, height, width])], {
        mode,
        coordinate_transformation_mode: coordinates,
      })
      g.graph.outputs.push({ name: y, type: 'float32', shape: [2, 3, height, width] })
      const data = normal(2 * 3 * 5 * 7)
      const single = (await run(g.graph, { x: runtimeTensor('float32', data, [2, 3, 5, 7]) }))[y]
      const exact = (await run(doubled(g.graph), { x: double(data, [2, 3, 5, 7]) }))[y]
      expect(exact.dims).toEqual(single.dims)
      const values = exact.data as Float64Array
      for (const [i, value] of (single.data as Float32Array).entries())
        expect(Math.abs(values[i] - value)).toBeLessThan(1e-5)
    }
  })

  it('has the error function to 1e-14', async () => {
    const g = new GraphBuilder()
    const x = g.floatInput('x', [7])
    const y = g.node('Erf', [x])
    g.graph.outputs.push({ name: y, type: 'float32', shape: [7] })
    const at = Float64Array.of(-7, -1, 0, 0.1, 0.5, 2, 5)
    const { [y]: result } = await run(doubled(g.graph), { x: runtimeTensor('float64', at, [7]) })
    // to 17 digits, as tables have them
    const known = [
      -1, -0.8427007929497149, 0, 0.1124629160182849, 0.5204998778130465, 0.9953222650189527,
      0.9999999999984626,
    ]
    for (const [i, value] of (result.data as Float64Array).entries())
      expect(Math.abs(value - known[i])).toBeLessThan(1e-14)
  })
})
