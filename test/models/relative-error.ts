import ort from 'onnxruntime-node'
import { expect } from 'vitest'
import { readNpy } from '../../src/arrays/npy.js'

/** The largest difference to the reference, relative to its largest number. */
export async function relativeError(
  onnx: string,
  inputs: Record<string, string>,
  reference: string,
): Promise<number> {
  const session = await ort.InferenceSession.create(onnx, { logSeverityLevel: 4 })
  const feeds: Record<string, ort.Tensor> = {}
  for (const [name, path] of Object.entries(inputs)) {
    const { type, data, shape } = await readNpy(path)
    feeds[name] =
      type === '|b1'
        ? new ort.Tensor('bool', data as Uint8Array, shape)
        : new ort.Tensor('float32', data as Float32Array, shape)
  }
  const [output] = Object.values(await session.run(feeds))
  await session.release()
  const expected = await readNpy(reference)
  expect(output.dims).toEqual([...expected.shape])
  const wanted = expected.data as Float32Array
  const found = output.data as Float32Array
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0) / largest
}
