import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import type { Graph } from '../../src/onnx/graph.js'
import { type FloatType, GraphBuilder } from '../../src/onnx/graph-builder.js'
import { readOnnxSummary } from '../../src/onnx/summary.js'
import { writeGraph } from '../../src/onnx/write-graph.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const PRODUCER = { name: 'test', version: '1' }

/** y = x W + b with W = [[1, 2], [3, 4]] (and zeros up to `columns`), b = [10, 20] */
function linear(type: FloatType, columns = 2): Graph {
  const g = new GraphBuilder(type)
  const x = g.floatInput('x', ['batch', 2])
  const w = g.weight('w', [2, columns], () => {
    const numbers = new Float32Array(2 * columns)
    numbers.set([1, 2])
    numbers.set([3, 4], columns)
    return numbers
  })
  const b = g.weight('b', [2], () => Float32Array.of(10, 20))
  g.output('y', g.add(g.slice(g.node('MatMul', [x, w]), 1, 0, 2), b), ['batch', 2])
  return g.graph
}

async function run(path: string): Promise<number[]> {
  const session = await ort.InferenceSession.create(path, { logSeverityLevel: 4 })
  const { y } = await session.run({ x: new ort.Tensor('float32', [1, 1, 2, 0], [2, 2]) })
  await session.release()
  return [...(y.data as Float32Array)]
}

describe('writeGraph', () => {
  it.each(['float32', 'float16'] as const)('%s inside, float32 outside', async (type) => {
    const path = join(folder, `${type}.onnx`)
    expect(await writeGraph(linear(type), path, { producer: PRODUCER })).toEqual({ path })
    expect(await run(path)).toEqual([14, 26, 12, 24])
    const { producer, opset, parameters, inputs } = await readOnnxSummary(path)
    expect({ producer, opset, parameters }).toEqual({ producer: 'test 1', opset: 17, parameters: 6 })
    expect(inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 2] }])
  })

  it('weights that would make the file too large go into a second one', async () => {
    const path = join(folder, 'large.onnx')
    const dataPath = `${path}.data`
    expect(await writeGraph(linear('float32', 500), path, { largestFile: 20 })).toEqual({ path, dataPath })
    expect(existsSync(dataPath)).toBe(true)
    expect(await run(path)).toEqual([14, 26, 12, 24])
    expect((await readOnnxSummary(path)).parameters).toBe(1002)
  })
})
