import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.js'
import { encodeMessage, type ModelProto } from '../../src/onnx/messages.js'
import { readOnnxSummary } from '../../src/onnx/summary.js'

const folder = mkdtempSync(join(tmpdir(), 'onnx-summary-'))
afterAll(() => rmSync(folder, { recursive: true }))

const tensor = (elemType: number, ...dim: { dimValue?: number; dimParam?: string }[]) => ({
  tensorType: { elemType, shape: { dim } },
})

/** y = x W + b, b in a Constant node, W outside the file */
const MODEL: ModelProto = {
  irVersion: 8,
  producerName: 'test',
  opsetImport: [
    { domain: 'com.microsoft', version: 1 },
    { domain: '', version: 17 },
  ],
  graph: {
    node: [
      {
        opType: 'Constant',
        input: [],
        output: ['b'],
        attribute: [{ name: 'value', type: 4, t: { dims: [3], dataType: 1, rawData: new Uint8Array(12) } }],
      },
      { opType: 'Gemm', input: ['x', 'W', 'b'], output: ['y'] },
    ],
    initializer: [
      {
        name: 'W',
        dims: [2, 3],
        dataType: 1,
        dataLocation: 1,
        externalData: [
          { key: 'location', value: 'weights.data' },
          { key: 'offset', value: '0' },
        ],
      },
      { name: 'indices', dims: [400], dataType: 7, rawData: new Uint8Array(3200) },
    ],
    input: [
      { name: 'x', type: tensor(1, { dimParam: 'batch' }, { dimValue: 2 }) },
      { name: 'W', type: tensor(1, { dimValue: 2 }, { dimValue: 3 }) },
    ],
    output: [{ name: 'y', type: tensor(1, { dimParam: 'batch' }, { dimValue: 3 }) }],
  },
}

describe('readOnnxSummary', () => {
  const path = join(folder, 'model.onnx')
  const bytes = encodeMessage('ModelProto', MODEL)

  it('counts floating-point numbers, in initialisers and Constants, and the bytes of external data', async () => {
    writeFileSync(path, bytes)
    writeFileSync(join(folder, 'weights.data'), new Uint8Array(24))
    expect(await readOnnxSummary(path)).toEqual({
      opset: 17,
      producer: 'test',
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', 2] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['batch', 3] }],
      parameters: 9,
      bytes: bytes.length + 24,
      nodes: 2,
    })
  })

  it('says which file of weights is missing', async () => {
    rmSync(join(folder, 'weights.data'))
    await expect(readOnnxSummary(path)).rejects.toThrow(/'weights\.data', which is not beside it/)
  })

  it('a file cut anywhere, or no ONNX file, is an InputError', async () => {
    const cut = join(folder, 'cut.onnx')
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(cut, bytes.subarray(0, length))
      await expect(readOnnxSummary(cut)).rejects.toBeInstanceOf(InputError)
    }
    writeFileSync(cut, '{"name": "no model"}')
    await expect(readOnnxSummary(cut)).rejects.toThrow(/^.*cut\.onnx: not an ONNX file/)
  })

  const real = fileURLToPath(new URL('../../../shared/real/mobilefacenet.onnx', import.meta.url))
  it.skipIf(!existsSync(real))(
    'a network exported by PyTorch (skipped where shared/real is absent)',
    async () => {
      const summary = await readOnnxSummary(real)
      expect(summary).toMatchObject({ opset: 18, producer: 'pytorch 2.9.0', nodes: 163 })
      // 989,952 in initialisers by onnx's own count, 64 in Constants
      expect(summary.parameters).toBe(990_016)
      expect(summary.outputs).toEqual([{ name: 'output0', type: 'float32', shape: [1, 128] }])
    },
  )
})
