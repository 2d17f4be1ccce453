import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { type FloatType, GraphBuilder } from '../../src/onnx/graph-builder.js'
import { readOnnxSummary } from '../../src/onnx/summary.js'
import { writeModel } from '../../src/onnx/write-model.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const PRODUCER = { name: 'test', version: '1' }

/** y = x W + b with W = [[1, 2], [3, 4]], b = [10, 20] */
function linear(type: FloatType): GraphBuilder {
  const g = new GraphBuilder(type)
  const x = g.floatInput('x', ['batch', 2])
  const w = g.weight('w', [2, 2], () => Float32Array.of(1, 2, 3, 4))
  const b = g.weight('b', [2], () => Float32Array.of(10, 20))
  g.output('y', g.add(g.node('MatMul', [x, w]), b), ['batch', 2])
  return g
}

async function run(path: string): Promise<number[]> {
  const session = await ort.InferenceSession.create(path, { logSeverityLevel: 4 })
  const { y } = await session.run({ x: new ort.Tensor('float32', [1, 1, 2, 0], [2, 2]) })
  await session.release()
  return [...(y.data as Float32Array)]
}

describe('writeModel', () => {
  it.each(['float32', 'float16'] as const)('%s inside, float32 outside', async (type) => {
    const path = join(folder, `${type}.onnx`)
    expect(await writeModel(linear(type), path, PRODUCER)).toEqual({ path })
    expect(await run(path)).toEqual([14, 26, 12, 24])
    const { producer, opset, parameters, inputs } = await readOnnxSummary(path)
    expect({ producer, opset, parameters }).toEqual({ producer: 'test 1', opset: 17, parameters: 6 })
    expect(inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 2] }])
  })

  it('weights that would make the file too large go into a second one', async () => {
    const path = join(folder, 'large.onnx')
    const dataPath = `${path}.data`
    expect(await writeModel(linear('float32'), path, PRODUCER, 20)).toEqual({ path, dataPath })
    expect(existsSync(dataPath)).toBe(true)
    expect(await run(path)).toEqual([14, 26, 12, 24])
    expect((await readOnnxSummary(path)).parameters).toBe(6)
  })
})
