import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Runtime, type RuntimeTensor, runtimeTensor } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'
import { shared } from '../shared.js'

const demo = fileURLToPath(new URL('../../models/demo/', import.meta.url))

/** The networks that are at hand: the demo world's, and the real ones beside the checkout where they are there. */
export const NETWORKS: readonly string[] = [
  ...readdirSync(demo)
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => `${demo}${file}`),
  ...['real/mobilefacenet.onnx', 'real/yunet.onnx'].map(shared).filter((path) => path !== undefined),
]

/** Numbers for every input: normal, or flags that are seldom set; free sizes are 2, and 64 for heights and widths. */
export function inputsFor(runtime: Runtime): Record<string, RuntimeTensor> {
  return Object.fromEntries(
    runtime.inputs.map(({ name, type, shape }) => {
      const sizes = shape.map((size) => (typeof size === 'number' ? size : size === 'batch' ? 2 : 64))
      const count = sizes.reduce((a, b) => a * b, 1)
      const random = new RandomStream(1, name)
      if (type === 'bool') {
        return [
          name,
          runtimeTensor(
            type,
            Uint8Array.from({ length: count }, () => (random.nextInt(5) === 0 ? 1 : 0)),
            sizes,
          ),
        ]
      }
      const data = new Float32Array(count)
      random.fillNormal(data)
      return [name, runtimeTensor('float32', data, sizes)]
    }),
  )
}
