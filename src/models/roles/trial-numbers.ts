import { type RuntimeTensor, runtimeTensor } from '../../onnx/runtime.js'
import { RandomStream } from '../../random/philox.js'

const SEED = 1

/** Normal numbers; item i of a batch, which begins with item `from`, has its own, whatever the batch. */
export function trialNumbers(shape: readonly number[], from: number, purpose = ''): RuntimeTensor {
  const size = shape.slice(1).reduce((product, n) => product * n, 1)
  const data = new Float32Array(size * shape[0])
  for (let item = 0; item < shape[0]; item++) {
    const stream = new RandomStream(SEED, `import-check${purpose}`, from + item)
    for (let i = 0; i < size; i++) data[item * size + i] = stream.nextNormal()
  }
  return runtimeTensor('float32', data, [...shape])
}
