import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.js'
import { type ImportRequest, importCheckpoint } from '../../src/models/import.js'
import { loadModel } from '../../src/models/model.js'
import { ARCHITECTURE_NAMES } from '../../src/networks/catalogue.js'
import { readOnnxSummary } from '../../src/onnx/summary.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'
import { shared } from '../shared.js'
import { relativeError } from './relative-error.js'

const folder = scratchFolder()
const REFERENCES = shared('checkpoints')
const HAS_TORCH = pythonHas('torch', 'torchvision')
const VEC2FACE = join(REFERENCES ?? '', 'vec2face-tiny.pth')
const TINY_HEADS = { encoder: 4, decoder: 6 }

async function imported(checkpoint: string, options: Partial<ImportRequest> = {}) {
  return importCheckpoint({ checkpoint, out: join(folder, 'model.onnx'), overwrite: true, ...options })
}

describe.skipIf(REFERENCES === undefined)(
  'official checkpoints (skipped where shared/checkpoints is absent)',
  () => {
    const reference = (name: string) => join(REFERENCES ?? '', name)
    const masks = {
      vector: reference('vec2face-tiny.vectors.npy'),
      dropped: reference('vec2face-tiny.dropped.npy'),
      masked: reference('vec2face-tiny.masked.npy'),
    }

    it('Vec2Face, to 1e-4 of the largest output', async () => {
      const result = await imported(VEC2FACE, { heads: TINY_HEADS })
      expect(result.architecture).toBe('vec2face')
      expect(await relativeError(result.onnx, masks, reference('vec2face-tiny.images.npy'))).toBeLessThan(
        1e-4,
      )
      const { descriptor } = await loadModel(result.onnx)
      expect(descriptor).toMatchObject({
        role: 'generator',
        input: {
          name: 'vector',
          size: 512,
          masks: { dropped: 'dropped', masked: 'masked', tokens: 50, droppedCount: 5 },
        },
        output: { name: 'image', size: [112, 112], range: [-1, 1] },
        provenance: { source: 'vec2face-tiny.pth' },
      })
      const { inputs, outputs } = await readOnnxSummary(result.onnx)
      expect(inputs).toEqual([
        { name: 'vector', type: 'float32', shape: ['batch', 512] },
        { name: 'dropped', type: 'bool', shape: ['batch', 50] },
        { name: 'masked', type: 'bool', shape: ['batch', 50] },
      ])
      expect(outputs).toEqual([{ name: 'image', type: 'float32', shape: ['batch', 3, 112, 112] }])
    })

    it('Vec2Face with other masks in each image gives what each image gives alone', async () => {
      const { onnx } = await imported(VEC2FACE, { heads: TINY_HEADS })
      const session = await ort.InferenceSession.create(onnx, { logSeverityLevel: 4 })
      const vector = Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i))
      const dropped = new Uint8Array(100)
      const masked = new Uint8Array(100)
      dropped.set([1, 1, 1, 1, 1], 3)
      dropped.set([1, 1], 50 + 30)
      masked.set([1, 1, 1], 50 + 5)
      const run = async (from: number, to: number) => {
        const rows = to - from
        const { image } = await session.run({
          vector: new ort.Tensor('float32', vector.slice(from * 512, to * 512), [rows, 512]),
          dropped: new ort.Tensor('bool', dropped.slice(from * 50, to * 50), [rows, 50]),
          masked: new ort.Tensor('bool', masked.slice(from * 50, to * 50), [rows, 50]),
        })
        return image.data as Float32Array
      }
      const [both, second] = [await run(0, 2), await run(1, 2)]
      const difference = second.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - both[second.length + i])),
        0,
      )
      expect(difference).toBeLessThan(1e-4)
      await session.release()
    })

    it.each(['normal', 'se'])('iresnet (%s), stored in half precision, to 1e-4', async (kind) => {
      const result = await imported(reference(`iresnet-tiny-${kind}.pth`), { role: 'quality' })
      expect(result.descriptor).toMatchObject({ role: 'quality', output: { name: 'feature', size: 32 } })
      const inputs = { image: reference(`iresnet-tiny-${kind}.inputs.npy`) }
      const error = await relativeError(result.onnx, inputs, reference(`iresnet-tiny-${kind}.embeddings.npy`))
      expect(error).toBeLessThan(1e-4)
    })

    it('--fp16 halves the file and stays within 2 % of the largest output', async () => {
      const source = reference('iresnet-tiny-normal.pth')
      const full = await readOnnxSummary((await imported(source)).onnx)
      const half = await imported(source, { fp16: true })
      expect((await readOnnxSummary(half.onnx)).bytes / full.bytes).toBeCloseTo(0.5, 2)
      const inputs = { image: reference('iresnet-tiny-normal.inputs.npy') }
      const error = await relativeError(half.onnx, inputs, reference('iresnet-tiny-normal.embeddings.npy'))
      expect(error).toBeLessThan(2e-2)
    })

    describe('bad input leaves one line and no file', () => {
      it.each([
        ['the wrong architecture', VEC2FACE, { as: 'iresnet' }, /the key 'conv1\.weight' is missing/],
        [
          'an unknown size without heads',
          VEC2FACE,
          {},
          /width 96 is none of the official ones.*give --heads/,
        ],
        [
          'an unknown architecture',
          VEC2FACE,
          { as: 'vit' },
          new RegExp(`no architecture 'vit'; the architectures are ${ARCHITECTURE_NAMES.join(', ')}`),
        ],
        [
          'a place that is not there',
          VEC2FACE,
          { key: 'ema' },
          /no weights at 'ema'; they are at 'model_vec2face'/,
        ],
        ['a missing file', 'missing.pth', {}, /missing\.pth: no such file/],
      ])('%s', async (_, checkpoint, options, message) => {
        const out = join(folder, 'bad', 'bad.onnx')
        const attempt = importCheckpoint({ checkpoint, out, ...options })
        await expect(attempt).rejects.toBeInstanceOf(InputError)
        await expect(attempt).rejects.toThrow(message)
        expect(existsSync(join(folder, 'bad')) ? readdirSync(join(folder, 'bad')) : []).toEqual([])
      })

      it('a checkpoint cut anywhere', async () => {
        const whole = readFileSync(VEC2FACE)
        for (const share of [0, 0.001, 0.3, 0.9, 0.9999]) {
          const cut = join(folder, 'cut.pth')
          writeFileSync(cut, whole.subarray(0, Math.floor(whole.length * share)))
          const attempt = imported(cut, { heads: TINY_HEADS, out: join(folder, 'cut', 'cut.onnx') })
          await expect(attempt).rejects.toBeInstanceOf(InputError)
          await expect(attempt).rejects.toThrow(/^[^\n]*cut\.pth: [^\n]*$/)
        }
      })

      it('a file that is there is kept', async () => {
        const out = join(folder, 'kept.onnx')
        writeFileSync(out, 'mine')
        await expect(imported(VEC2FACE, { out, overwrite: false })).rejects.toThrow(
          /kept\.onnx: is there already/,
        )
        expect(readFileSync(out, 'utf8')).toBe('mine')
      })

      const mounts = spawnSync('unshare', ['-Urm', 'true']).status === 0
      it.skipIf(!mounts)('a disk that fills (skipped where no small disk can be mounted)', () => {
        copyFileSync(VEC2FACE, join(folder, 'v.pth'))
        const program = `
        import { importCheckpoint } from ${JSON.stringify(new URL('../../dist/models/import.js', import.meta.url).href)}
        try { await importCheckpoint({ checkpoint: 'v.pth', out: 'small/v.onnx', heads: { encoder: 4, decoder: 6 } }) }
        catch (error) { console.log(error.name, error.message) }`
        writeFileSync(join(folder, 'fill.mjs'), program)
        const script =
          'mkdir -p small && mount -t tmpfs -o size=2m none small && node fill.mjs && ls -A small | wc -l'
        const { stdout } = spawnSync('unshare', ['-Urm', 'sh', '-c', script], {
          cwd: folder,
          encoding: 'utf8',
        })
        expect(stdout).toBe(
          'InputError small/v.onnx: the disk is full; free some room and run the same command again\n0\n',
        )
      })
    })
  },
)

describe.skipIf(!HAS_TORCH)(
  "networks against PyTorch (skipped where Debian's torch and torchvision are absent)",
  () => {
    const made = (name: string) => join(folder, name)
    const script = new URL('../networks/reference.py', import.meta.url).pathname
    const make = (name: string) => {
      const { status, stderr } = spawnSync(PYTHON, [script, name, folder], { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    }

    it.each(['training', 'deployed'])(
      '6DRepNet, %s form: yaw, pitch and roll to 1e-4 of the largest angle',
      async (form) => {
        make('sixdrepnet')
        const { onnx, descriptor } = await imported(made(`sixdrepnet-${form}.pth`))
        expect(descriptor).toMatchObject({ role: 'pose', output: { name: 'pose', size: 3 } })
        const error = await relativeError(
          onnx,
          { image: made('sixdrepnet.inputs.npy') },
          made('sixdrepnet.outputs.npy'),
        )
        expect(error).toBeLessThan(1e-4)
      },
    )

    it("FID's Inception, against torchvision's with pytorch-fid's pools, to 1e-4", async () => {
      make('inception')
      const { onnx, descriptor } = await imported(made('inception.pth'))
      expect(descriptor).toMatchObject({ role: 'features', distanceName: 'FID', output: { size: 2048 } })
      const error = await relativeError(
        onnx,
        { image: made('inception.inputs.npy') },
        made('inception.outputs.npy'),
      )
      expect(error).toBeLessThan(1e-4)
    })

    it("torchvision's Inception shares FID's keys and is refused, with and without --as", async () => {
      for (const file of ['inception-torchvision.pth', 'inception-torchvision-auxiliary.pth']) {
        for (const options of [{}, { as: 'inception' }]) {
          await expect(imported(made(file), options)).rejects.toThrow(
            /(has 1000 classes \(FID's network has 1008\)|has auxiliary logits) and the layers of torchvision's/,
          )
        }
      }
    })

    it("without its last layer the two can't be told apart: --as says which it is", async () => {
      const headless = made('inception-headless.pth')
      await expect(imported(headless)).rejects.toThrow(/lacks 'fc\.weight'.*give --as inception/)
      const { assumed, onnx } = await imported(headless, { as: 'inception' })
      expect(assumed).toEqual(["FID's network of 2015-12-05, as --as says"])
      const error = await relativeError(
        onnx,
        { image: made('inception.inputs.npy') },
        made('inception.outputs.npy'),
      )
      expect(error).toBeLessThan(1e-4)
    })
  },
)
