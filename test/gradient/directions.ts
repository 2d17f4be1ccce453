import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'
import { gradient } from '../../src/gradient/gradient.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import type { Sizes } from '../../src/onnx/shapes/inference.js'
import { writeGraph } from '../../src/onnx/write-graph.js'
import { RandomStream } from '../../src/random/philox.js'
import { inputsFor } from '../onnx/real-networks.js'
import { PYTHON, pythonHas } from '../python.js'

const hasOnnx = pythonHas('onnx')
const CHECK = 'import sys, onnx; onnx.checker.check_model(sys.argv[1], full_check=True)'

/** Of the gradient's length: networks of rectifiers have kinks, and float32 has few digits for a difference. */
const TOLERANCE = 0.1
const STEP = 1e-3

/**
 * Builds the gradient of a network's first output with respect to its first input and its first kernel, has onnx check
 * the file, and compares the slope along a random direction of the input with the central difference.
 */
export async function expectSlopeAlongDirections(path: string, out: string, sizes: Sizes): Promise<void> {
  const graph = readGraph(path)
  const [input, output] = [graph.inputs[0].name, graph.outputs[0].name]
  const kernel = [...graph.initialisers].find(([, { type, shape }]) => type === 'float32' && shape.length > 1)
  const withRespectTo = [input, ...(kernel === undefined ? [] : [kernel[0]])]
  const derived = gradient(graph, { of: output, withRespectTo, sizes })
  await writeGraph(derived.graph, out)
  if (hasOnnx) expect(spawnSync(PYTHON, ['-c', CHECK, out], { encoding: 'utf8' }).stderr).toBe('')

  const forward = await Runtime.open(path, { threads: 1 })
  const backward = await Runtime.open(out, { threads: 1 })
  const feeds = inputsFor(forward)
  const start = feeds[input].data as Float32Array
  const y = (await forward.run(feeds))[output]
  const random = new RandomStream(3, 'directions')
  const normal = (length: number) => {
    const numbers = new Float32Array(length)
    random.fillNormal(numbers)
    return numbers
  }
  const [cotangent, direction] = [normal(y.size), normal(start.length)]
  const along = async (step: number) => {
    const moved = start.map((value, i) => value + step * direction[i])
    const results = await forward.run({
      ...feeds,
      [input]: runtimeTensor('float32', moved, feeds[input].dims),
    })
    return (results[output].data as Float32Array).reduce((sum, value, i) => sum + value * cotangent[i], 0)
  }
  const found = await backward.run({
    ...feeds,
    [derived.cotangent ?? '']: runtimeTensor('float32', cotangent, y.dims),
  })
  const slope = found[derived.gradients[input]].data as Float32Array
  const analytic = slope.reduce((sum, value, i) => sum + value * direction[i], 0)
  const numeric = ((await along(STEP)) - (await along(-STEP))) / (2 * STEP)
  const length = Math.sqrt(slope.reduce((sum, value) => sum + value * value, 0))
  expect(length).toBeGreaterThan(0)
  // What float32 loses of the sums whose difference is taken.
  const magnitude = (y.data as Float32Array).reduce(
    (sum, value, i) => sum + Math.abs(value * cotangent[i]),
    0,
  )
  const noise = (1e-6 * magnitude) / STEP
  expect(Math.abs(analytic - numeric)).toBeLessThan(TOLERANCE * length + noise)
  await forward.close()
  await backward.close()
}
