import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gradient } from '../../src/gradient/gradient.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { ShapeInference } from '../../src/onnx/shapes/inference.js'
import { writeGraph } from '../../src/onnx/write-graph.js'
import { RandomStream } from '../../src/random/philox.js'
import { inputsFor, NETWORKS } from '../onnx/real-networks.js'
import { pythonHas, pythonJson } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const hasOnnx = pythonHas('onnx')

/** Checks a file as onnx does; the answer is what it complains about. */
function checkedByOnnx(path: string): string {
  const script = join(folder, 'check.py')
  writeFileSync(
    script,
    `import json, sys, onnx
try:
    onnx.checker.check_model(sys.argv[1], full_check=True)
    print('""')
except Exception as error:
    print(json.dumps(str(error)[:500]))`,
  )
  return pythonJson<string>(script, path)
}

const SIZES: Readonly<Record<string, number>> = { batch: 2, height: 64, width: 64 }

describe.skipIf(NETWORKS.length === 0)('the gradient of a whole network', () => {
  const cases = NETWORKS.flatMap((path) =>
    [true, false].map(
      (fixed) => [basename(path), fixed ? 'sizes given' : 'sizes free', path, fixed] as const,
    ),
  )

  it.each(cases)(
    '%s, %s: along a random direction it is the central difference',
    async (_, __, path, fixed) => {
      const graph = readGraph(path)
      const input = graph.inputs[0].name
      const output = graph.outputs[0].name
      const free = new Set(graph.inputs.flatMap(({ shape }) => shape))
      const sizes = fixed ? Object.fromEntries(Object.entries(SIZES).filter(([name]) => free.has(name))) : {}
      const weights = new ShapeInference(graph)
      const weight = [...graph.initialisers].find(
        ([, { type, shape }]) => type === 'float32' && shape.length > 1,
      )?.[0]
      expect(weights.of(input).type).toBe('float32')
      const asked = [input, ...(weight === undefined ? [] : [weight])]
      const ask = () => gradient(graph, { of: output, withRespectTo: asked, sizes })
      if (basename(path) === 'yunet.onnx' && !fixed) {
        expect(ask).toThrow(/give the free sizes/)
        return
      }
      const derived = ask()
      const file = join(folder, `${basename(path)}`)
      await writeGraph(derived.graph, file)
      if (hasOnnx) expect(checkedByOnnx(file)).toBe('')

      const forward = await Runtime.open(path, { threads: 1 })
      const backward = await Runtime.open(file, { threads: 1 })
      const feeds = inputsFor(forward)
      const start = feeds[input].data as Float32Array
      const y = (await forward.run(feeds))[output]
      const random = new RandomStream(3, 'directions')
      const cotangent = new Float32Array(y.size)
      random.fillNormal(cotangent)
      const direction = new Float32Array(start.length)
      random.fillNormal(direction)
      const along = async (step: number) => {
        const moved = start.map((value, i) => value + step * direction[i])
        const out = await forward.run({
          ...feeds,
          [input]: runtimeTensor('float32', moved, feeds[input].dims),
        })
        return (out[output].data as Float32Array).reduce((sum, value, i) => sum + value * cotangent[i], 0)
      }
      const found = await backward.run({
        ...feeds,
        [derived.cotangent ?? '']: runtimeTensor('float32', cotangent, y.dims),
      })
      const slope = found[derived.gradients[input]].data as Float32Array
      const analytic = slope.reduce((sum, value, i) => sum + value * direction[i], 0)
      const norm = Math.hypot(...slope)
      const step = 1e-3
      const numeric = ((await along(step)) - (await along(-step))) / (2 * step)
      expect(Math.abs(analytic - numeric) / norm).toBeLessThan(0.1)
      await forward.close()
      await backward.close()
    },
  )
})
