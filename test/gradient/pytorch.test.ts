import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { NpyArray } from '../../src/arrays/npy.js'
import { readNpz } from '../../src/arrays/npz.js'
import { gradient } from '../../src/gradient/gradient.js'
import type { TypedArray } from '../../src/onnx/element-types.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { pythonHas, pythonJson } from '../python.js'
import { scratchFolder } from '../scratch.js'

const hasTorch = pythonHas('torch', 'onnx')
const folder = scratchFolder()
const cases = hasTorch
  ? pythonJson<string[]>(fileURLToPath(new URL('pytorch.py', import.meta.url)), folder)
  : []

const tensorOf = ({ data, shape }: NpyArray) =>
  data instanceof BigInt64Array
    ? runtimeTensor('int64', data, shape)
    : runtimeTensor('float32', Float32Array.from(data as Float32Array), shape)

describe.skipIf(!hasTorch)(
  "gradients of networks of PyTorch, against autograd (skipped without Debian's torch)",
  () => {
    it.each(cases)('%s: within 1e-4 of the largest element', async (name) => {
      const { arrays } = await readNpz(join(folder, `${name}.npz`), () => true)
      const graph = readGraph(join(folder, `${name}.onnx`))
      const has = graph.names()
      const asked = [...arrays.keys()]
        .filter((key) => key.startsWith('gradient '))
        .map((key) => key.slice('gradient '.length))
      // The exporter turns the weights of some layers around and calls them otherwise.
      const wanted = asked.filter((key) => has.has(key))
      expect(wanted.length).toBeGreaterThan(0)
      const derived = gradient(graph, { of: 'y', withRespectTo: wanted })
      const feeds = Object.fromEntries(
        graph.inputs.map((port) => [port.name, tensorOf(arrays.get(`input ${port.name}`) as NpyArray)]),
      )
      if (derived.cotangent !== undefined)
        feeds[derived.cotangent] = tensorOf(arrays.get('cotangent') as NpyArray)
      const runtime = await Runtime.open(derived.graph, { threads: 1 })
      const found = await runtime.run(feeds)
      await runtime.close()
      const largestOf = (data: TypedArray) => Math.max(...Array.from(data as Float32Array, Math.abs))
      // Some gradients are 0, and rounding what is there (that of a bias before a normalisation).
      const all = Math.max(
        ...asked.map((key) => largestOf(arrays.get(`gradient ${key}`)?.data as Float32Array)),
      )
      const worst = (actual: TypedArray, expected: TypedArray) => {
        const numbers = Array.from(expected as Float32Array)
        const largest = Math.max(1e-2 * all, largestOf(expected))
        return Math.max(...numbers.map((value, i) => Math.abs(value - Number(actual[i])))) / largest
      }
      expect(worst(found.y.data as Float32Array, arrays.get('y')?.data as Float32Array)).toBeLessThan(1e-4)
      for (const key of wanted) {
        const expected = arrays.get(`gradient ${key}`)?.data as Float32Array
        expect(worst(found[derived.gradients[key]].data as Float32Array, expected), key).toBeLessThan(1e-4)
      }
    })
  },
)
