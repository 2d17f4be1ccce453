import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { demonet } from '../../../src/networks/demonet.js'
import type { WeightTensors } from '../../../src/networks/weights.js'
import { silent } from '../../../src/progress.js'
import { outsideTrainer } from '../../../src/run/trainers/outside.js'
import { outsideTrainerSchema } from '../../../src/run/trainers/outside-spec.js'
import { filledCommand, filledFile } from '../../../src/run/trainers/placeholders.js'
import { temporaryFolder } from '../../scratch.js'

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

/** Weights as a safetensors file. */
function safetensorsOf(weights: WeightTensors): Buffer {
  const header: Record<string, object> = {}
  const parts: Buffer[] = []
  let offset = 0
  for (const [name, weight] of weights) {
    const { shape } = weight
    const part = Buffer.from(Float32Array.from(weight.readFloat32()).buffer)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + part.length] }
    offset += part.length
    parts.push(part)
  }
  const json = Buffer.from(JSON.stringify(header))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([size, json, ...parts])
}

/** Runs a trainer of these keys on a dataset of two identities. */
async function train(keys: Record<string, unknown>, values: Record<string, string | number> = {}) {
  const folder = await temporaryFolder()
  const dataset = join(folder, 'faces')
  for (const identity of ['a', 'b']) {
    mkdirSync(join(dataset, identity), { recursive: true })
    writeFileSync(join(dataset, identity, '0.png'), PIXEL)
  }
  const job = join(folder, 'job')
  mkdirSync(job)
  const heard: string[] = []
  const spec = outsideTrainerSchema.parse({ form: 'folder', checkpoint: '{out}/model_*.onnx', ...keys })
  const trainer = await outsideTrainer({ id: 'mine', base: folder, spec }, values, {
    log: (line) => heard.push(line),
    progress: silent,
  })
  const outcome = trainer.train(
    { path: dataset, identities: 2, images: 2, demo: false },
    { folder: job, title: 'cell', seed: 7 },
  )
  return { outcome, heard, folder, job }
}

const NETWORK = join(process.cwd(), 'models/demo/demo-recogniser-b')
const copy = `cp ${NETWORK}.onnx {out}/model_{seed}.onnx && cp ${NETWORK}.yaml {out}/model_{seed}.yaml`

describe('a trainer that is another program', () => {
  it('gets the dataset and its values, and its newest checkpoint is taken', async () => {
    const { outcome, heard, job } = await train(
      { command: `echo {dataset} {identities} {epochs}; ${copy}` },
      { epochs: 26 },
    )
    expect(await outcome).toMatchObject({ name: 'recogniser.onnx', notes: ["Trained outside, by 'mine'."] })
    expect(readFileSync(join(job, 'recogniser.onnx')).length).toBe(readFileSync(`${NETWORK}.onnx`).length)
    expect(heard.join('\n')).toMatch(/trainers\.mine: .*faces 2 26/)
  })

  it('reads the form that it asks for, written anew where the dataset has another', async () => {
    const { outcome, job } = await train({ command: `test -s {dataset} && ${copy}`, form: 'lmdb' })
    await outcome
    expect(statSync(join(job, 'dataset.lmdb')).size).toBeGreaterThan(0)
  })

  it('has its files written before it begins', async () => {
    const folder = await temporaryFolder()
    writeFileSync(join(folder, 'template.py'), 'source = "{dataset}"\nother = {other}\n')
    const { outcome, folder: base } = await train({
      command: `grep -q faces configs/mine.py && ${copy}`,
      files: { 'configs/mine.py': join(folder, 'template.py') },
    })
    await outcome
    expect(readFileSync(join(base, 'configs/mine.py'), 'utf8')).toMatch(
      /source = ".*faces"\nother = \{other\}\n/,
    )
  })

  it('that writes another network is told so, and nothing is kept', async () => {
    const checkpoint = join(await temporaryFolder(), 'tiny.safetensors')
    writeFileSync(checkpoint, safetensorsOf(demonet.fresh(1, { depth: 'tiny', featureSize: 16 })))
    const wrong = await train({
      ...{ command: `cp ${checkpoint} {out}/model.safetensors`, checkpoint: '{out}/model.safetensors' },
      network: 'iresnet 50',
    })
    await expect(wrong.outcome).rejects.toThrow(
      /its checkpoint holds another network: small residual network .* \(recogniser\), iresnet 50 was expected/,
    )
    expect(existsSync(join(wrong.job, 'recogniser.onnx'))).toBe(false)
    const right = await train({
      ...{ command: `cp ${checkpoint} {out}/model.safetensors`, checkpoint: '{out}/model.safetensors' },
      as: 'demonet',
    })
    expect((await right.outcome).notes?.[0]).toMatch(/^Trained outside, by 'mine' \(small residual network/)
  })

  it.each([
    [
      'fails: its last lines',
      { command: 'echo one; echo out of memory >&2; exit 3' },
      /ended with exit code 3; its last lines: .*out of memory.*trainer\.log has all/,
    ],
    ['is killed', { command: 'kill -9 $$' }, /was ended by SIGKILL; it said nothing/],
    [
      'hangs',
      { command: 'echo epoch 1; sleep 60', silence: 0.6 },
      /said nothing for 0\.6 seconds and was ended; its last lines: epoch 1/,
    ],
    [
      'ends without a checkpoint',
      { command: 'true' },
      /ended without a checkpoint: nothing new matches .*model_\*\.onnx/,
    ],
    [
      'leaves the checkpoint of an earlier run',
      { command: `${copy} && touch -d '2 hours ago' {out}/model_7.onnx` },
      /nothing new matches .* \(1 of an earlier run\)/,
    ],
    [
      'writes something else',
      { command: 'echo hello > {out}/model.pth', checkpoint: '{out}/model.pth' },
      /its checkpoint can't be used: /,
    ],
    [
      'asks for a value that nobody gives',
      { command: 'true {epochs}' },
      /nothing gives '\{epochs\}' a value; there are dataset, out/,
    ],
  ])('that %s is one clear error', async (_, keys, message) => {
    const { outcome } = await train(keys)
    await expect(outcome).rejects.toThrow(message)
    await expect(outcome).rejects.toMatchObject({ name: 'InputError' })
  })
})

it('values are words of the shell whatever is in them', () => {
  expect(filledCommand('run {a} {b}', { a: "it's; rm -rf /", b: 3 }, '')).toBe("run 'it'\\''s; rm -rf /' 3")
  expect(filledFile('f"{x}" {y}', { y: 1 })).toBe('f"{x}" 1')
})
