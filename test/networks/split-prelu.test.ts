import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { foldForInference } from '../../src/networks/fold-for-inference.js'
import { iresnet } from '../../src/networks/iresnet.js'
import { openNetwork } from '../../src/networks/open-network.js'
import { Rewriting } from '../../src/networks/rewriting.js'
import { splitPrelu } from '../../src/networks/split-prelu.js'
import { Weights, type WeightTensor } from '../../src/networks/weights.js'
import { type Graph, namesTaken } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { writeGraph } from '../../src/onnx/write-graph.js'
import { RandomStream } from '../../src/random/philox.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const SHAPE = [3, 3, 112, 112]

/** An iresnet of four blocks whose slopes lie below 0 and up to `most`. */
function network(most: number): Graph {
  const fresh = iresnet.fresh?.(1, { depth: '1,1,1,1', featureSize: 16, width: 8 }) ?? new Map()
  const random = new RandomStream(2, 'slopes')
  const varied = ([key, tensor]: [string, WeightTensor]): [string, WeightTensor] => {
    if (!key.endsWith('prelu.weight')) return [key, tensor]
    const slopes = Float32Array.from({ length: tensor.size }, () => most - 1.5 * random.next())
    return [key, { ...tensor, readFloat32: () => slopes }]
  }
  const g = new GraphBuilder()
  iresnet.build(g, new Weights(new Map([...fresh].map(varied)), 'fresh'), {})
  foldForInference(g.graph)
  return g.graph
}

function split(graph: Graph): Graph {
  const rewriting = new Rewriting(graph)
  splitPrelu(rewriting)
  rewriting.finish()
  return graph
}

async function features(runtime: Runtime): Promise<Float32Array> {
  const image = new Float32Array(SHAPE.reduce((a, b) => a * b))
  new RandomStream(3, 'image').fillNormal(image)
  const { feature } = await runtime.run({ image: runtimeTensor('float32', image, SHAPE) })
  await runtime.close()
  return feature.data as Float32Array
}

const open = (graph: Graph | string) => Runtime.open(graph, { threads: 1 })
const countPrelu = ({ nodes }: Graph) => nodes.filter(({ opType }) => opType === 'PRelu').length

describe('PReLU written as convolutions and sums', () => {
  for (const [most, name] of [
    [1, 'no slope above 1'],
    [1.5, 'slopes above 1, too'],
  ] as const) {
    it(`computes the same but for float32's rounding: ${name}`, async () => {
      const plain = network(most)
      const before = await features(await open(plain.clone()))
      const after = split(plain)
      expect([countPrelu(network(most)), countPrelu(after)]).toEqual([5, 0])
      const found = await features(await open(after))
      const largest = before.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
      const off = before.map((value, i) => Math.abs(value - found[i])).reduce((a, b) => Math.max(a, b), 0)
      expect(largest).toBeGreaterThan(0)
      expect(off / largest).toBeLessThan(5e-6)
    })
  }

  it('is how a file is opened on the processor; the file stays', async () => {
    const path = join(folder, 'iresnet.onnx')
    await writeGraph(network(1), path)
    const bytes = readFileSync(path)
    const opened = await features(await openNetwork(path, { threads: 1 }))
    expect(opened).toEqual(await features(await open(split(readGraph(path)))))
    expect(opened).not.toEqual(await features(await open(path)))
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('leaves PReLU alone where no convolution is before it, or its slopes are no numbers a channel', () => {
    const g = new GraphBuilder()
    const image = g.floatInput('image', ['batch', 8, 4, 4])
    const slope = (shape: number[]) => g.weight(g.name('slope'), shape, () => new Float32Array(8).fill(0.25))
    const kernel = g.weight('kernel', [8, 8, 1, 1], () => new Float32Array(64).fill(0.1))
    const first = g.node('PRelu', [image, slope([8, 1, 1])])
    const map = g.node('Conv', [first, kernel], { kernel_shape: [1, 1] })
    const computed = g.node('Neg', [slope([8, 1, 1])])
    g.output('feature', g.node('PRelu', [map, computed]), ['batch', 8, 4, 4])
    const taken = g.graph.nodes.map((node) => namesTaken(node))
    expect(split(g.graph).nodes.map((node) => namesTaken(node))).toEqual(taken)
  })
})
