import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DetectorInput } from '../../../src/faces/detector-input.js'
import { distinctFaces } from '../../../src/faces/distinct-faces.js'
import type { RawPixels } from '../../../src/images/image.js'
import { decodeImage } from '../../../src/images/image-decoding.js'
import { decodingOf } from '../../../src/models/detectors/list.js'
import { draftDescriptor, readPorts } from '../../../src/models/draft-descriptor.js'
import { loadModel, type Model, requireRole } from '../../../src/models/model.js'
import { ModelSession, runtimeTensor } from '../../../src/models/session.js'
import { GraphBuilder } from '../../../src/onnx/graph-builder.js'
import { writeGraph } from '../../../src/onnx/write-graph.js'
import { RandomStream } from '../../../src/random/philox.js'
import { cli, isOneClearLine } from '../../cli/cli.js'
import { pythonHas, pythonJson } from '../../python.js'
import { scratchFolder } from '../../scratch.js'
import { REAL } from '../../shared.js'
import { writeRetinaFace, writeScrfd } from './networks.js'

const folder = scratchFolder()
const SCRIPT = fileURLToPath(new URL('./decode.py', import.meta.url))
const HAS_NUMPY = pythonHas('numpy')

interface Face {
  readonly score: number
  readonly box: readonly number[]
  readonly points: readonly number[]
}

async function detectorAt(path: string) {
  const draft = draftDescriptor(path, await readPorts(path))
  return requireRole(await loadModel(path, draft), 'detector')
}

function noise(width: number, height: number): RawPixels {
  const stream = new RandomStream(5, 'photograph')
  const data = Uint8Array.from({ length: 3 * width * height }, () => stream.nextInt(256))
  return { kind: 'pixels', width, height, data }
}

/** The faces of an image as this program reads them, and as NumPy does, of the same raw outputs. */
async function bothWays(
  model: Model<Awaited<ReturnType<typeof detectorAt>>['descriptor']>,
  image: RawPixels,
) {
  const { input, decoding, score, overlap } = model.descriptor
  const prepared = new DetectorInput(input)
  const { width, height } = prepared.sizeFor(image)
  const session = await ModelSession.open(model, { threads: 1 })
  const outputs = await session.run({
    [input.name]: runtimeTensor('float32', prepared.fill(image), [1, 3, height, width]),
  })
  await session.close()
  const form = decodingOf(decoding)
  const found = form.decode(decoding, outputs, { width, height }, score, model.path)
  const ours = distinctFaces(found, overlap, form.lastPixel)
  const raw = Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, data }]) => [
      name,
      { dims, data: [...(data as Float32Array)] },
    ]),
  )
  const file = join(folder, 'raw.json')
  writeFileSync(file, JSON.stringify({ form: form.id, width, height, least: score, overlap, outputs: raw }))
  return { ours, found: found.length, theirs: pythonJson<Face[]>(SCRIPT, file) }
}

function expectSameFaces({ ours, theirs }: Awaited<ReturnType<typeof bothWays>>): void {
  expect(ours.length).toBe(theirs.length)
  for (const [i, { score, x, y, width, height, points }] of ours.entries()) {
    const near = (value: number, other: number) => expect(Math.abs(value - other)).toBeLessThan(1e-3)
    near(score, theirs[i].score)
    for (const [k, value] of [x, y, x + width, y + height].entries()) near(value, theirs[i].box[k])
    for (const [k, value] of points.entries()) near(value, theirs[i].points[k])
  }
}

describe.skipIf(!HAS_NUMPY)(
  'faces are those that NumPy reads from the same raw outputs, within 1e-3 pixels',
  () => {
    it.each([
      ['scrfd', writeScrfd],
      ['retinaface', writeRetinaFace],
    ] as const)('%s', async (form, write) => {
      const path = join(folder, `${form}.onnx`)
      await write(path)
      const model = await detectorAt(path)
      expect(model.descriptor.decoding.form).toBe(form)
      const both = await bothWays(model, noise(200, 130))
      expect(both.found).toBeGreaterThan(both.ours.length)
      expect(both.ours.length).toBeGreaterThan(3)
      expectSameFaces(both)
    })

    it.skipIf(!REAL)('YuNet on a photograph (needs ../shared/real)', async () => {
      const model = await detectorAt(join(REAL ?? '', 'yunet.onnx'))
      expect(model.descriptor.decoding.form).toBe('yunet')
      const photograph = await decodeImage(readFileSync(join(REAL ?? '', 'raw/img12.jpg')), 'img12.jpg')
      const low = { ...model, descriptor: { ...model.descriptor, score: 0.05, overlap: 0.1 } }
      const both = await bothWays(low, photograph)
      expect(both.found).toBeGreaterThan(both.ours.length)
      expectSameFaces(both)
    })
  },
)

describe('a detector without a descriptor', () => {
  it.skipIf(!REAL)('is told from its outputs, which the draft says (needs ../shared/real)', () => {
    const { stdout } = cli('models', 'inspect', join(REAL ?? '', 'yunet.onnx'))
    expect(stdout).toMatch(/^# Decoding: twelve outputs of 1, 1, 4 and 10 numbers a cell .* are YuNet's\.$/m)
    expect(stdout).toMatch(/^role: detector$(.*\n)*? {2}channels: BGR$(.*\n)*? {2}form: yunet$/m)
  })

  it('of another output form fits no role, and the message says which forms are read', async () => {
    const g = new GraphBuilder()
    const image = g.floatInput('image', [1, 3, 64, 64])
    g.output('loc', g.reshape(image, [-1, 16]), ['n', 16])
    const path = join(folder, 'other.onnx')
    await writeGraph(g.graph, path)
    writeFileSync(join(folder, 'a.jpg'), 'x')
    const outcome = cli('datasets', 'align', folder, '--detector', path, '--out', join(folder, 'out'))
    expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
    expect(outcome.stderr).toMatch(
      /outputs 'loc' float32 \[768, 16\] are of no form of detector that is read; these are: YuNet: two scores/,
    )
  })

  it('whose scores are no probabilities is refused, with the remedy', async () => {
    const path = join(folder, 'logits.onnx')
    await writeRetinaFace(path, false)
    await expect(bothWays(await detectorAt(path), noise(64, 64))).rejects.toThrow(
      /don't add up to 1: they are no probabilities; write 'softmax: true' below 'decoding'/,
    )
  })
})
