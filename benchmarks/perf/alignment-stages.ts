/**
 * Where the processor time of aligning a photograph of 250x250 pixels goes: each stage again and again in one thread, the
 * lower quartile of its times, so that other work on the machine changes little.
 *
 *   node build/benchmarks/perf/alignment-stages.js DETECTOR.onnx FACE.jpg [TIMES 200]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { alignedCrop } from '../../src/faces/aligned-crop.js'
import { chooseFace } from '../../src/faces/choose-face.js'
import { DetectorInput } from '../../src/faces/detector-input.js'
import { distinctFaces } from '../../src/faces/distinct-faces.js'
import type { RawPixels } from '../../src/images/image.js'
import { decodePhotograph, photographHeader } from '../../src/images/photograph.js'
import { PixelRoom } from '../../src/images/pixel-room.js'
import { encodePng } from '../../src/images/png.js'
import type { DetectedFace } from '../../src/models/detectors/decoding.js'
import { decodingOf } from '../../src/models/detectors/list.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { ModelSession, runtimeTensor } from '../../src/models/session.js'
import type { Tensors } from '../../src/onnx/runtime.js'

const [path, face, times = '200'] = process.argv.slice(2)
if (path === undefined || face === undefined) throw new Error('DETECTOR.onnx FACE.jpg [TIMES]')
const folder = mkdtempSync(join(tmpdir(), 'alignment-stages-'))
const square = await sharp(face).resize(250, 250).png().toBuffer()
const QUALITIES = 20
for (let i = 0; i < QUALITIES; i++)
  writeFileSync(
    join(folder, `${i}.jpg`),
    await sharp(square)
      .jpeg({ quality: 75 + i })
      .toBuffer(),
  )

const loaded = await loadModel(path, draftDescriptor(path, await readPorts(path)))
const model = requireRole(loaded, 'detector')
const { input, decoding, score, overlap } = model.descriptor
const session = await ModelSession.open(model, { threads: 1 })
const room = new PixelRoom()
const planes = new DetectorInput(input)
const form = decodingOf(decoding)

const state = {
  bytes: Buffer.alloc(0),
  pixels: { kind: 'pixels', width: 0, height: 0, data: new Uint8Array(0) } as RawPixels,
  tensors: {} as Tensors,
  outputs: {} as Tensors,
  faces: [] as DetectedFace[],
  crop: undefined as RawPixels | undefined,
  png: Buffer.alloc(0) as Buffer,
}
const STAGES: Readonly<Record<string, (i: number) => unknown>> = {
  read: (i) => {
    state.bytes = readFileSync(join(folder, `${i % QUALITIES}.jpg`))
  },
  decode: async () => {
    state.pixels = await decodePhotograph(state.bytes, '', await photographHeader(state.bytes), room)
  },
  'detector input': () => {
    const size = planes.sizeFor(state.pixels)
    const shape = [1, 3, size.height, size.width]
    state.tensors = { [input.name]: runtimeTensor('float32', planes.fill(state.pixels), shape) }
  },
  network: async () => {
    state.outputs = await session.run(state.tensors)
  },
  faces: () => {
    const found = form.decode(decoding, state.outputs, planes.sizeFor(state.pixels), score, path)
    state.faces = distinctFaces(found, overlap, form.lastPixel)
  },
  crop: () => {
    const points = chooseFace(state.faces, 'insightface', state.pixels)?.points ?? []
    state.crop = alignedCrop(state.pixels, points, 112, face)
  },
  PNG: () => {
    if (state.crop !== undefined) state.png = encodePng(state.crop)
  },
  write: (i) => writeFileSync(join(folder, `${i}.png`), state.png),
}
const taken = new Map(Object.keys(STAGES).map((name) => [name, [] as number[]]))
for (let i = 0; i < Number(times); i++) {
  for (const [name, stage] of Object.entries(STAGES)) {
    const before = process.cpuUsage()
    await stage(i)
    const { user, system } = process.cpuUsage(before)
    taken.get(name)?.push((user + system) / 1000)
  }
}
let all = 0
for (const [name, list] of taken) {
  const quartile = list.sort((a, b) => a - b)[list.length >> 2]
  all += quartile
  console.log(`${name.padEnd(16)} ${quartile.toFixed(3)} ms`)
}
console.log(`${'all'.padEnd(16)} ${all.toFixed(3)} ms; crop of ${state.png.length} bytes`)
await session.close()
rmSync(folder, { recursive: true })
