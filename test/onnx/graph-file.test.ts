import { existsSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { openGraph } from '../../src/onnx/graph-file.js'

/** y = x + w for 1000 numbers. */
function graph() {
  const g = new GraphBuilder()
  const weight = g.weight('w', [1000], () => Float32Array.from({ length: 1000 }, (_, i) => i))
  g.output('y', g.add(g.floatInput('x', ['batch', 1000]), weight), ['batch', 1000])
  return g.graph
}

async function lastNumber(session: ort.InferenceSession): Promise<number> {
  const { y } = await session.run({
    x: new ort.Tensor('float32', new Float32Array(1000).fill(0.5), [1, 1000]),
  })
  await session.release()
  return (y.data as Float32Array)[999]
}

test('a graph with few weights is opened from memory', async () => {
  const session = await openGraph(graph(), (model) => {
    expect(model).toBeInstanceOf(Uint8Array)
    return ort.InferenceSession.create(model as Uint8Array)
  })
  expect(await lastNumber(session)).toBe(999.5)
})

test('one with many from a file that they lie beside, which is gone when it is open', async () => {
  let folder = ''
  const session = await openGraph(
    graph(),
    (model) => {
      folder = dirname(model as string)
      expect(readdirSync(folder).toSorted()).toEqual(['graph.onnx', 'graph.onnx.data'])
      return ort.InferenceSession.create(model as string)
    },
    100,
  )
  expect(existsSync(folder)).toBe(false)
  expect(await lastNumber(session)).toBe(999.5)
})

test('and the file goes where it can not be opened', async () => {
  let folder = ''
  const opening = openGraph(
    graph(),
    async (model) => {
      folder = dirname(model as string)
      throw new Error('no')
    },
    100,
  )
  await expect(opening).rejects.toThrow('no')
  expect(existsSync(folder)).toBe(false)
})
