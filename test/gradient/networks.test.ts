import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gradient } from '../../src/gradient/gradient.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { NETWORKS } from '../onnx/real-networks.js'
import { scratchFolder } from '../scratch.js'
import { expectSlopeAlongDirections } from './directions.js'

const folder = scratchFolder()
const SIZES: Readonly<Record<string, number>> = { batch: 2, height: 64, width: 64 }

function sizesOf(path: string): Record<string, number> {
  const free = new Set(readGraph(path).inputs.flatMap(({ shape }) => shape))
  return Object.fromEntries(Object.entries(SIZES).filter(([name]) => free.has(name)))
}

describe.skipIf(NETWORKS.length === 0)('the gradient of a whole network passes onnx and is the slope', () => {
  const cases = NETWORKS.map((path) => [basename(path), path])

  it.each(cases)('%s, sizes given', async (name, path) => {
    await expectSlopeAlongDirections(path, join(folder, name), sizesOf(path))
  })

  it.each(cases.filter(([name]) => name !== 'yunet.onnx'))('%s, sizes free', async (name, path) => {
    await expectSlopeAlongDirections(path, join(folder, name), {})
  })

  it.each(cases.filter(([name]) => name === 'yunet.onnx'))(
    '%s: an operator set that is too old for free sizes says so',
    (_, path) => {
      const graph = readGraph(path)
      const ask = () => gradient(graph, { of: graph.outputs[0].name, withRespectTo: [graph.inputs[0].name] })
      expect(ask).toThrow(/give the free sizes, or export it with operator set 13/)
    },
  )
})
