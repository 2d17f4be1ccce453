/**
 * Aligning photographs of 250x250 pixels (LFW's size) against the bare detector on the same cores, in turns: a loop in a
 * thread a core, and one session that uses all cores. Prints rates, their ratios, the processor time that a photograph took
 * (which other work on the machine changes less) and the memory that was taken: first of the detector given, then of a made
 * network of SCRFD-10G's size and input (640x640), for a fortieth as many photographs.
 *
 *   node build/benchmarks/perf/alignment.js DETECTOR.onnx FACE.jpg [PHOTOGRAPHS 1500] [TURNS 5]
 *
 * Made photographs: FACE.jpg at 250x250, each with another brightness and compression, so that their files differ.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { alignPhotographs } from '../../src/align/align-photographs.js'
import { openPhotographs } from '../../src/align/open-photographs.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { bareDetectorRate } from './bare-detector.js'
import { writeMadeScrfd } from './made-scrfd.js'

const [path, face, count = '1500', turns = '5'] = process.argv.slice(2)
if (path === undefined || face === undefined) throw new Error('DETECTOR.onnx FACE.jpg [PHOTOGRAPHS] [TURNS]')
const cores = availableParallelism()
const [SIDE, SCRFD_SIDE, SCRFD_SHARE] = [256, 640, 40]

const folder = mkdtempSync(join(tmpdir(), 'alignment-'))
const square = await sharp(face).resize(250, 250).png().toBuffer()
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]

async function makePhotographs(photographs: string, images: number): Promise<void> {
  mkdirSync(photographs)
  for (let i = 0; i < images; i++) {
    const bytes = await sharp(square)
      .modulate({ brightness: 0.7 + (i % 60) / 100 })
      .jpeg({ quality: 75 + (i % 20) })
      .toBuffer()
    writeFileSync(join(photographs, `${i}.jpg`), bytes)
  }
}

/** Prints how aligning compares with a detector whose input has so many pixels a side. */
async function compare(name: string, path: string, side: number, images: number): Promise<void> {
  const photographs = join(folder, name)
  await makePhotographs(photographs, images)
  const descriptor = draftDescriptor(path, await readPorts(path))
  const detector = requireRole(await loadModel(path, descriptor), 'detector')
  const bare = { path, input: detector.descriptor.input.name, side, images }
  const rates = { lanes: [] as number[], one: [] as number[], ours: [] as number[] }
  const busy = { lanes: [] as number[], ours: [] as number[] }

  /** Processor milliseconds of all threads, a photograph. */
  async function processorTime<T>(into: number[], work: () => Promise<T>): Promise<T> {
    const before = process.cpuUsage()
    const result = await work()
    const { user, system } = process.cpuUsage(before)
    into.push((user + system) / 1000 / images)
    return result
  }

  for (let turn = 0; turn < Number(turns); turn++) {
    const lane = { ...bare, threads: 1 }
    rates.lanes.push(await processorTime(busy.lanes, () => bareDetectorRate(lane, cores)))
    const out = join(folder, `${name}-${turn}`)
    mkdirSync(out)
    const opened = await openPhotographs(photographs, { out })
    const start = performance.now()
    const settings = { size: 112, choose: 'insightface', detection: {} } as const
    const { aligned } = await processorTime(busy.ours, () =>
      alignPhotographs(opened, { out, detector, noFace: 'centre', settings }),
    )
    rates.ours.push(images / ((performance.now() - start) / 1000))
    rates.one.push(await bareDetectorRate({ ...bare, threads: cores }, 1))
    const [lanes, one, ours] = [rates.lanes, rates.one, rates.ours].map((list) => list.at(-1) ?? 0)
    console.log(
      `${name}, turn ${turn}: ${aligned} aligned, ${ours.toFixed(0)}/s; bare, a loop a core ${lanes.toFixed(0)}/s (ratio ${(ours / lanes).toFixed(2)}); bare, one session on all cores ${one.toFixed(0)}/s (${(ours / one).toFixed(2)}); memory ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
    )
  }
  const ratio = (other: number[]): string => median(rates.ours.map((rate, i) => rate / other[i])).toFixed(2)
  console.log(
    `${name}: median ratio to a loop a core ${ratio(rates.lanes)}, to one session on all cores ${ratio(rates.one)}`,
  )
  const [theirs, ours] = [busy.lanes, busy.ours].map((list) => Math.min(...list))
  console.log(
    `${name}: least processor time ${ours.toFixed(2)} ms a photograph, bare ${theirs.toFixed(2)} (ratio ${(theirs / ours).toFixed(2)})`,
  )
}

await compare('given', path, SIDE, Number(count))
const made = join(folder, 'made-scrfd.onnx')
const multiplications = await writeMadeScrfd(made, SCRFD_SIDE)
console.log(
  `made SCRFD: ${(multiplications / 1e9).toFixed(1)} billion multiplications at ${SCRFD_SIDE}x${SCRFD_SIDE}`,
)
await compare('made SCRFD', made, SCRFD_SIDE, Math.ceil(Number(count) / SCRFD_SHARE))
rmSync(folder, { recursive: true })
