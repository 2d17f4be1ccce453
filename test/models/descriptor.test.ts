import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Descriptor, descriptorSchema } from '../../src/models/descriptor.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { ModelSession } from '../../src/models/session.js'
import { parseYaml } from '../../src/yaml-file.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'

const folder = scratchFolder()

describe('a descriptor', () => {
  const minimal = { name: 'r', role: 'recogniser', input: { name: 'x' }, output: { name: 'y', size: 512 } }

  it("takes the paper's preprocessing where it says nothing else", () => {
    const parsed = descriptorSchema.parse(minimal)
    expect(parsed).toMatchObject({
      flip: true,
      fusion: 'sum',
      demo: false,
      input: {
        channels: 'RGB',
        layout: 'NCHW',
        size: [112, 112],
        scale: 255,
        mean: [0.5, 0.5, 0.5],
        std: [0.5, 0.5, 0.5],
      },
    })
  })

  it('refuses an unknown key by name, with those there are', () => {
    expect(() =>
      parseYaml(
        stringify({ ...minimal, input: { name: 'x', means: [0, 0, 0] } }),
        descriptorSchema,
        'r.yaml',
      ),
    ).toThrow(/r\.yaml:\d+: .*unknown key 'means'/)
  })
})

describe('a model file', () => {
  const onnx = join(folder, 'probe.onnx')
  writeFileSync(onnx, 'what is in it plays no part')

  it('needs a descriptor, and says which file it looked for', async () => {
    await expect(loadModel(onnx)).rejects.toThrow(/the model has no descriptor; write .*probe\.yaml/)
  })

  it('that was altered is told from the hash', async () => {
    writeFileSync(
      join(folder, 'probe.yaml'),
      stringify({
        name: 'p',
        role: 'recogniser',
        input: { name: 'x' },
        output: { name: 'y', size: 1 },
        provenance: { sha256: 'a'.repeat(64) },
      }),
    )
    await expect(loadModel(onnx)).rejects.toThrow(
      /probe\.onnx: the file was altered: its SHA-256 is [0-9a-f]{64}, the descriptor expects a{64}/,
    )
  })

  it('that is missing is named with the hash it should have', async () => {
    const yaml = join(folder, 'gone.yaml')
    const input = { name: 'x' }
    const output = { name: 'y', size: 1 }
    const provenance = { sha256: 'b'.repeat(64) }
    writeFileSync(yaml, stringify({ name: 'g', role: 'recogniser', input, output, provenance }))
    await expect(loadModel(yaml)).rejects.toThrow(/gone\.onnx: .* is missing; .*SHA-256 is b{64}/)
  })

  it('that is no ONNX is no network', async () => {
    const path = join(folder, 'text.onnx')
    writeFileSync(path, 'not a network')
    await expect(readPorts(path)).rejects.toThrow(/text\.onnx: not a network that can be run/)
  })
})

describe.skipIf(!REAL)('the real recogniser (needs ../shared/real)', async () => {
  const path = join(REAL ?? '', 'mobilefacenet.onnx')
  const draft = draftDescriptor(path, await readPorts(path))
  const open = async (descriptor: unknown) =>
    ModelSession.open(await loadModel(path, descriptorSchema.parse(descriptor)), { threads: 1 })

  it('is drafted from what the network shows: names, sizes, a batch of 1 only', () => {
    expect(draft).toMatchObject({
      role: 'recogniser',
      batch: { min: 1, max: 1 },
      input: { name: 'input0', layout: 'NCHW', size: [112, 112] },
      output: { name: 'output0', size: 128 },
    })
  })

  it.each<[string, (d: Descriptor) => object, RegExp]>([
    [
      'an input of another name',
      (d) => ({ ...d, input: { name: 'image' } }),
      /no input 'image' \(it has 'input0'\)/,
    ],
    [
      'another output size',
      (d) => ({ ...d, output: { name: 'output0', size: 512 } }),
      /output 'output0' is float32 \[1, 128\].*\[batch, 512\]: dimension 1 differs/,
    ],
    [
      'another image size',
      (d) => ({ ...d, input: { name: 'input0', size: [160, 160] } }),
      /dimension 2 differs/,
    ],
    [
      'larger batches',
      (d) => ({ ...d, batch: { min: 1, max: 32 } }),
      /takes batches of 1 only, the descriptor says 1 to 32/,
    ],
    ['another layout', (d) => ({ ...d, input: { name: 'input0', layout: 'NHWC' } }), /dimension 1 differs/],
    [
      'the role of a generator',
      (d) => ({
        name: d.name,
        role: 'generator',
        batch: d.batch,
        input: { name: 'input0' },
        output: { name: 'output0' },
      }),
      /this generator says float32 \[batch, 512\]: the number of dimensions differs/,
    ],
  ])('is refused before the first run with %s', async (_, change, message) => {
    await expect(open(change(draft))).rejects.toThrow(message)
  })

  it('is refused where another role is needed', async () => {
    const model = await loadModel(path, draft)
    expect(() => requireRole(model, 'generator')).toThrow(
      /this model's role is 'recogniser', a generator is needed here/,
    )
  })

  it('is no folder: the message says what a model is, and which there are', async () => {
    await expect(loadModel(REAL ?? '')).rejects.toThrow(
      /is a folder; a model is an ONNX file with a descriptor \(YAML\) beside it; name the file: there are mobilefacenet\.onnx, yunet\.onnx/,
    )
  })

  it('says that a provider is not on this machine', async () => {
    await expect(ModelSession.open(await loadModel(path, draft), { provider: 'coreml' })).rejects.toThrow(
      /the provider 'coreml' can't be used on this machine \(no available backend.*it is there on macOS only, or use --provider cpu/,
    )
  })
})
