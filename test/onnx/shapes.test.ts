import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { foldConstants } from '../../src/onnx/passes.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { Runtime } from '../../src/onnx/runtime.js'
import { isStatic, ShapeInference } from '../../src/onnx/shapes/inference.js'
import { inputsFor, NETWORKS } from './real-networks.js'

const SIZES: Readonly<Record<string, number>> = { batch: 2, height: 64, width: 64 }

describe.skipIf(NETWORKS.length === 0)('shapes of every value of a network', () => {
  it.each(NETWORKS.map((path) => [basename(path), path]))('%s: as they come out', async (_, path) => {
    const graph = readGraph(path)
    const free = new Set(
      graph.inputs.flatMap(({ shape }) => shape).filter((size) => typeof size === 'string'),
    )
    const sizes = Object.fromEntries(Object.entries(SIZES).filter(([name]) => free.has(name)))
    const inference = new ShapeInference(graph, sizes)
    const symbolic = new ShapeInference(graph)
    const names = graph.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== '')
    graph.outputs = names.map((name) => ({ name, type: inference.of(name).type, shape: [], unranked: true }))
    const runtime = await Runtime.open(graph, { threads: 1, optimise: false })
    const outputs = await runtime.run(inputsFor(runtime))
    await runtime.close()
    for (const name of names) {
      const { type, shape, value } = inference.of(name)
      expect({ name, type, shape }).toEqual({ name, type: outputs[name].type, shape: outputs[name].dims })
      if (value !== undefined) {
        const numbers = Array.from(outputs[name].data as Float32Array, Number)
        for (const [i, number] of numbers.entries()) expect(value[i], name).toBeCloseTo(number, 5)
      }
      // with free sizes too, what is a number is the right one
      const free = symbolic.of(name).shape
      expect(free?.length, name).toBe(shape?.length)
      for (const [i, size] of (free ?? []).entries())
        if (typeof size === 'number') expect(size, name).toBe(shape?.[i])
    }
  })

  it.each(NETWORKS.map((path) => [basename(path), path]))('%s: constants folded', async (_, path) => {
    const graph = readGraph(path)
    const before = graph.nodes.length
    const runtime = await Runtime.open(graph.clone(), { threads: 1 })
    const inputs = inputsFor(runtime)
    const expected = await runtime.run(inputs)
    await runtime.close()
    foldConstants(graph)
    expect(graph.nodes.some(({ opType }) => opType === 'Constant')).toBe(false)
    expect(graph.nodes.length).toBeLessThanOrEqual(before)
    const folded = await Runtime.open(graph, { threads: 1 })
    const outputs = await folded.run(inputs)
    await folded.close()
    for (const [name, tensor] of Object.entries(expected)) {
      const [wanted, found] = [tensor.data, outputs[name].data] as Float32Array[]
      const largest = wanted.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
      const difference = found.reduce((most, each, i) => Math.max(most, Math.abs(each - wanted[i])), 0)
      expect(difference / largest, name).toBeLessThan(1e-5)
    }
  })
})

describe('sizes that are known by name', () => {
  it('a product of names is a name, whatever the order', async () => {
    const { times, dividedBy } = await import('../../src/onnx/dimension.js')
    expect(times('b', 2, 'a', 3)).toBe('6*a*b')
    expect(dividedBy('6*a*b', times('b', 2))).toBe('3*a')
    expect(dividedBy('6*a*b', 4)).toBeUndefined()
    expect(isStatic([1, 2])).toBe(true)
  })
})
