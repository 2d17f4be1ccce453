import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ImportRequest, importCheckpoint } from '../../src/models/import.js'
import { loadModel } from '../../src/models/model.js'
import { relativeError } from '../models/relative-error.js'
import { pythonHas, pythonJson } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const SCRIPT = new URL('iresnet_checkpoints.py', import.meta.url).pathname

describe.skipIf(!pythonHas('torch'))(
  "an iresnet as training codes save it, against PyTorch to 1e-4 (skipped where Debian's torch is absent)",
  () => {
    beforeAll(() => {
      pythonJson(SCRIPT, folder)
    }, 120_000)
    const imported = (name: string, options: Partial<ImportRequest> = {}) =>
      importCheckpoint({
        checkpoint: join(folder, `${name}.pth`),
        out: join(folder, 'model.onnx'),
        overwrite: true,
        ...options,
      })
    const error = (onnx: string, epsilon: string) =>
      relativeError(onnx, { image: join(folder, 'inputs.npy') }, join(folder, `outputs-${epsilon}.npy`))

    it.each([
      ['margin-in-features', 'features', ['head.weight']],
      ['nested', 'net.weights.module.backbone._orig_mod', ['module.head.kernel']],
      ['encoder', 'encoder.net', ['classifier.weight', 'classifier.bias']],
      ['margin-beside', '', ['margin.weight']],
      ['noted-parameters', '', []],
      ['tensors-of-a-class', '', []],
      ['numpy', '', []],
      ['whole', '', []],
      ['whole-in-parallel', 'net.module', []],
      ['scripted', '', []],
    ])('%s: found at "%s", %j left out, epsilon 1e-5 and that it was assumed', async (name, key, beside) => {
      const result = await imported(name)
      expect(result).toMatchObject({ key, beside })
      expect(result.assumed[0]).toMatch(/^batch-norm epsilon 1e-5: .*a checkpoint doesn't say it/)
      expect(await error(result.onnx, '1e-05')).toBeLessThan(1e-4)
    })

    it.each(['magface', 'magface-distributed'])(
      "%s: MagFace's epsilon of 2e-5 and its input, told by the wrapper and said",
      async (name) => {
        const result = await imported(name, { role: 'quality' })
        expect(await error(result.onnx, '2e-05')).toBeLessThan(1e-4)
        expect(await error(result.onnx, '1e-05')).toBeGreaterThan(1e-3)
        expect(result.assumed[0]).toMatch(
          /^batch-norm epsilon 2e-5: MagFace's, told by the wrapper '.*features\./,
        )
        const { descriptor } = await loadModel(result.onnx)
        expect(descriptor).toMatchObject({
          description: "MagFace's iresnet of 2-2-1-1 blocks",
          input: { channels: 'BGR', scale: 255, mean: [0, 0, 0], std: [1, 1, 1] },
        })
        expect(descriptor.provenance.note).toMatch(/assumed: batch-norm epsilon 2e-5.*assumed: input BGR/)
      },
    )

    it('--epsilon overrules the family', async () => {
      const result = await imported('magface', { epsilon: 1e-3 })
      expect(await error(result.onnx, '0.001')).toBeLessThan(1e-4)
      expect(result.assumed[0]).toBe("batch-norm epsilon 1e-3, as --epsilon says (MagFace's is 2e-5)")
    })

    it('an averaged copy among the keys of the network itself is not taken, and said', async () => {
      const result = await imported('averaged-inside')
      expect(result).toMatchObject({ key: '', averagedCopies: ['ema'] })
      expect(await error(result.onnx, '1e-05')).toBeLessThan(1e-4)
    })

    it('a weight that is no plain tensor is named, with what to do', async () => {
      await expect(imported('quantised')).rejects.toThrow(
        /the key 'conv1\.weight' is no plain tensor but 'torch\._utils\._rebuild_qtensor.*nothing was run; save .*dequantize/,
      )
    })

    it('a layer that is left over, and no margin, is refused', async () => {
      await expect(imported('left-over')).rejects.toThrow(/the key 'attention\.weight' is left over/)
    })
  },
)
