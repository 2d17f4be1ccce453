import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commonOpset, embedNetwork } from '../../src/onnx/compose.js'
import { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { raiseOpset } from '../../src/onnx/raise-opset.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { Runtime, type RuntimeTensor, runtimeTensor } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'
import { REAL } from '../shared.js'

const demo = (name: string) => fileURLToPath(new URL(`../../models/demo/${name}.onnx`, import.meta.url))

function normal(count: number, name = 'numbers'): Float32Array {
  const data = new Float32Array(count)
  new RandomStream(1, name).fillNormal(data)
  return data
}

async function run(network: string | Graph, inputs: Parameters<Runtime['run']>[0]) {
  const runtime = await Runtime.open(network, { threads: 1 })
  try {
    return await runtime.run(inputs)
  } finally {
    await runtime.close()
  }
}

/** The largest difference of two results. */
function difference(a: RuntimeTensor, b: RuntimeTensor): number {
  const other = b.data as Float32Array
  return Math.max(...(a.data as Float32Array).map((value, i) => Math.abs(value - other[i])))
}

describe('networks put together', () => {
  it('compute what they compute one after the other', async () => {
    const g = new GraphBuilder()
    const { image } = embedNetwork(g, readGraph(demo('demo-generator')), 'generator/', {
      vector: g.floatInput('vector', [2, 512]),
      dropped: g.boolInput('dropped', [2, 50]),
      masked: g.boolInput('masked', [2, 50]),
    })
    const { feature } = embedNetwork(g, readGraph(demo('demo-recogniser-a')), 'recogniser/', { image })
    g.output('feature', feature, [2, 512])
    const inputs = {
      vector: runtimeTensor('float32', normal(1024), [2, 512]),
      dropped: runtimeTensor('bool', new Uint8Array(100), [2, 50]),
      masked: runtimeTensor('bool', new Uint8Array(100), [2, 50]),
    }
    for (const row of [0, 1])
      for (const token of [3, 9, 20, 31, 44]) inputs.dropped.data[row * 50 + token] = 1
    const together = await run(g.graph, inputs)
    const apart = await run(demo('demo-recogniser-a'), {
      image: (await run(demo('demo-generator'), inputs)).image,
    })
    expect(difference(together.feature, apart.feature)).toBeLessThan(1e-4)
  })

  it('may hold the same network twice, under two prefixes', async () => {
    const g = new GraphBuilder()
    const image = g.floatInput('image', [1, 3, 112, 112])
    const network = readGraph(demo('demo-pose'))
    const first = embedNetwork(g, network, 'a/', { image }).pose
    g.output('difference', g.node('Sub', [first, embedNetwork(g, network, 'b/', { image }).pose]), [1, 3])
    const result = await run(g.graph, {
      image: runtimeTensor('float32', normal(3 * 112 * 112), [1, 3, 112, 112]),
    })
    expect([...(result.difference.data as Float32Array)]).toEqual([0, 0, 0])
  })

  it('may look at several things with the same weights', async () => {
    const g = new GraphBuilder()
    const network = readGraph(demo('demo-pose'))
    for (const name of ['first', 'second']) {
      const image = g.floatInput(name, [1, 3, 112, 112])
      g.output(`pose of ${name}`, embedNetwork(g, network, `${name}/`, { image }, 'pose/').pose, [1, 3])
    }
    expect(g.graph.initialisers.size).toBe(network.initialisers.size)
    const [first, second] = ['a', 'b'].map((name) =>
      runtimeTensor('float32', normal(3 * 112 * 112, name), [1, 3, 112, 112]),
    )
    const together = await run(g.graph, { first, second })
    for (const [name, image] of Object.entries({ first, second }))
      expect(
        difference(together[`pose of ${name}`], (await run(demo('demo-pose'), { image })).pose),
      ).toBeLessThan(1e-4)
  })

  it.skipIf(REAL === undefined)(
    'of different operator sets are brought to the later one (skipped where ../shared/real is absent)',
    async () => {
      const [real, pose] = [readGraph(`${REAL}/mobilefacenet.onnx`), readGraph(demo('demo-pose'))]
      const graph = new Graph()
      graph.opsets.set('', commonOpset([real, pose]))
      const g = new GraphBuilder('float32', graph)
      const image = g.floatInput('image', [1, 3, 112, 112])
      const { output0 } = embedNetwork(g, real, 'real/', { input0: image })
      g.output('feature', output0, [1, 128])
      g.output('pose', embedNetwork(g, pose, 'pose/', { image }).pose, [1, 3])
      const input = runtimeTensor('float32', normal(3 * 112 * 112), [1, 3, 112, 112])
      const together = await run(g.graph, { image: input })
      const apart = await run(`${REAL}/mobilefacenet.onnx`, { input0: input })
      expect(difference(together.feature, apart.output0)).toBeLessThan(1e-4)
      expect(difference(together.pose, (await run(demo('demo-pose'), { image: input })).pose)).toBeLessThan(
        1e-3,
      )
    },
  )

  it('say what is not fed, and what can not be brought together', () => {
    const g = new GraphBuilder()
    expect(() => embedNetwork(g, readGraph(demo('demo-generator')), 'g/', {})).toThrow(
      /nothing is fed to its input 'vector'; say where it comes from; its inputs are 'vector', 'dropped', 'masked'/,
    )
    const newer = new Graph('newer.onnx')
    newer.opsets.set('', 21)
    expect(() => embedNetwork(g, newer, 'n/', {})).toThrow(
      /newer\.onnx: its operator set 21 is newer than 17/,
    )
    const older = new Graph('older.onnx')
    older.opsets.set('', 11)
    expect(() => embedNetwork(g, older, 'o/', {})).toThrow(
      /older\.onnx: its operator set 11 is older than 13/,
    )
  })
})

describe('a later operator set', () => {
  it('takes the axes of reductions as an input, and the number of parts as an attribute', async () => {
    const reductions = [
      'ReduceMean',
      'ReduceMax',
      'ReduceMin',
      'ReduceL1',
      'ReduceL2',
      'ReduceSumSquare',
      'ReduceLogSumExp',
    ]
    const g = new GraphBuilder()
    const x = g.floatInput('x', [2, 3, 4])
    for (const reduction of reductions)
      g.output(reduction, g.node(reduction, [x], { axes: [2], keepdims: 0 }), [2, 3])
    const [first] = g.nodeWithOutputs('Split', [x], 2, { axis: 2 })
    g.output('first', first, [2, 3, 2])
    const raised = g.graph.clone()
    raiseOpset(raised, 18)
    const inputs = { x: runtimeTensor('float32', normal(24), [2, 3, 4]) }
    const [before, after] = [await run(g.graph, inputs), await run(raised, inputs)]
    for (const name of [...reductions, 'first']) expect(after[name].data).toEqual(before[name].data)
  })

  it('refuses operators that mean something else there', () => {
    const g = new GraphBuilder()
    g.output(
      'y',
      g.node('GridSample', [g.floatInput('x', [1, 1, 2, 2]), g.floatInput('grid', [1, 2, 2, 2])]),
      [1, 1, 2, 2],
    )
    expect(() => raiseOpset(g.graph, 20)).toThrow(
      /GridSample 'GridSample_0' means something else from operator set 20 on/,
    )
  })
})
