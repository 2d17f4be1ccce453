import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBfloat16, toFloat16, toFloat32 } from '../../src/arrays/element-types.js'
import { bytesOfArray } from '../../src/onnx/element-types.js'
import type { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import type { HalfType } from '../../src/onnx/half/half-operators.js'
import { inHalfPrecision } from '../../src/onnx/half/half-precision.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { ShapeInference } from '../../src/onnx/shapes/inference.js'
import { encodeGraph } from '../../src/onnx/write-graph.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()

/** The numbers as that type has them. */
function rounded(type: HalfType, values: Float32Array): Float32Array {
  const bits = type === 'float16' ? toFloat16(values) : toBfloat16(values)
  return toFloat32(type, bytesOfArray(bits))
}

const W = Float32Array.of(1.0001, -2.3, 0.7, 2.141593, -0.123457, 1e-3)
const X = Float32Array.of(0.1, 0.2, -0.3, 1.7)

/** share = softmax(x W), y = relu(x W) */
function network(): Graph {
  const g = new GraphBuilder()
  const x = g.floatInput('x', ['batch', 2])
  const product = g.node('MatMul', [x, g.weight('w', [2, 3], () => W)])
  g.output('share', g.node('Softmax', [product], { axis: -1 }), ['batch', 3])
  g.output('y', g.node('Relu', [product]), ['batch', 3])
  return g.graph
}

/** x W as that type computes it: factors rounded, summed in float32, the sum rounded. */
function product(type: HalfType): Float32Array {
  const [x, w] = [rounded(type, X), rounded(type, W)]
  const sums = Float32Array.from({ length: 6 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3), i % 3]
    return Math.fround(x[2 * row] * w[column] + x[2 * row + 1] * w[3 + column])
  })
  return rounded(type, sums)
}

async function results(graph: Graph): Promise<Record<string, Float32Array>> {
  const runtime = await Runtime.open(graph, { threads: 1 })
  const { share, y } = await runtime.run({ x: runtimeTensor('float32', X, [2, 2]) })
  await runtime.close()
  return { share: share.data as Float32Array, y: y.data as Float32Array }
}

describe('bfloat16', () => {
  it('is the nearest of the numbers that it has, of two the even one', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const [bits] = toBfloat16(Float32Array.of(value))
        const [found] = rounded('bfloat16', Float32Array.of(value))
        if (!Number.isFinite(found)) {
          expect(Math.abs(value)).toBeGreaterThan(3.38e38)
          return
        }
        const neighbours = [bits - 1, bits + 1]
          .filter((other) => other >= 0 && other < 65_536)
          .map((other) => toFloat32('bfloat16', bytesOfArray(Uint16Array.of(other)))[0])
          .filter(Number.isFinite)
        for (const other of neighbours) {
          const [ours, theirs] = [Math.abs(found - value), Math.abs(other - value)]
          expect(ours).toBeLessThanOrEqual(theirs)
          if (ours === theirs && other !== found) expect(bits % 2).toBe(0)
        }
      }),
    )
    expect(rounded('bfloat16', Float32Array.of(Number.NaN, Infinity, -Infinity))).toEqual(
      Float32Array.of(Number.NaN, Infinity, -Infinity),
    )
  })
})

describe.each(['float16', 'bfloat16'] as const)('a network in %s', (type) => {
  it('computes products in it, and what is not safe there in float32', () => {
    const { graph, nodes, kept } = inHalfPrecision(network(), type)
    const inference = new ShapeInference(graph)
    const typeOf = (opType: string) =>
      inference.of(graph.nodes.find((node) => node.opType === opType)?.outputs[0] ?? '').type
    expect([typeOf('MatMul'), typeOf('Relu'), typeOf('Softmax')]).toEqual([type, type, 'float32'])
    expect(nodes.half).toBe(2)
    expect(kept).toEqual(['Cast', 'Softmax'])
    expect(graph.inputs).toEqual(network().inputs)
    expect(graph.outputs).toEqual(network().outputs)
  })

  it('imitated in float32, has the numbers of rounding by hand, exactly', async () => {
    const { share, y } = await results(inHalfPrecision(network(), type, { imitated: true }).graph)
    const expected = product(type)
    expect(y).toEqual(expected.map((value) => Math.max(value, 0)))
    for (const row of [0, 1]) {
      const powers = [0, 1, 2].map((i) => Math.exp(expected[3 * row + i]))
      const sum = powers.reduce((a, b) => a + b)
      for (const i of [0, 1, 2]) expect(share[3 * row + i]).toBeCloseTo(powers[i] / sum, 6)
    }
  })

  it.skipIf(!pythonHas('onnx'))('passes the checker of onnx (skipped without it)', () => {
    const file = join(folder, `${type}.onnx`)
    writeFileSync(file, encodeGraph(inHalfPrecision(network(), type).graph))
    const script = `import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True)`
    const { status, stderr } = spawnSync(PYTHON, ['-c', script, file], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })
})

describe('half precision', () => {
  it('in float16 gives on the processor what its imitation gives, within a rounding', async () => {
    const written = await results(inHalfPrecision(network(), 'float16').graph)
    const imitated = await results(inHalfPrecision(network(), 'float16', { imitated: true }).graph)
    for (const name of ['share', 'y'])
      for (const [i, value] of written[name].entries())
        expect(Math.abs(value - imitated[name][i])).toBeLessThanOrEqual(2 ** -10 * Math.abs(value))
  })

  it('makes weights beyond its range the largest that it has, and counts them', () => {
    const g = new GraphBuilder()
    const x = g.floatInput('x', [1, 1])
    g.output('y', g.node('MatMul', [x, g.weight('w', [1, 2], () => Float32Array.of(1e6, -Infinity))]), [1, 2])
    const { graph, clipped } = inHalfPrecision(g.graph, 'float16')
    const [weights] = [...graph.initialisers.values()]
    expect(toFloat32('float16', bytesOfArray(weights.read()))).toEqual(Float32Array.of(65504, -Infinity))
    expect(clipped()).toBe(1)
  })

  it('of a network without products is refused', () => {
    const g = new GraphBuilder()
    g.output('y', g.node('Softmax', [g.floatInput('x', ['n', 4])], { axis: -1 }), ['n', 4])
    expect(() => inHalfPrecision(g.graph, 'float16')).toThrow(/nothing that computes in float16/)
  })

  it('leaves the graph that it was given as it was', () => {
    const graph = network()
    const bytes = Buffer.from(encodeGraph(graph))
    inHalfPrecision(graph, 'float16')
    expect(Buffer.from(encodeGraph(graph)).equals(bytes)).toBe(true)
  })
})
