/**
 * One step of AttrOP at official sizes (Vec2Face, iresnet-100 twice, 6DRepNet, random weights) against the official code in
 * PyTorch, in turn in one run: the gradients' difference, seconds a step, peak memory of both processes.
 *
 * node build/benchmarks/perf/attrop-step.js --official PATH_OF_THE_VEC2FACE_REPOSITORY --official-pose PATH_OF_6DREPNET
 *   [--batch 8] [--threads 2] [--repeats 3] [--precision float32] [--python /usr/bin/python3]
 *
 * In float32 the rounding of either decides the last digits through hundreds of layers with random weights; --precision float64
 * says whether the gradients are the same.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { readNpy } from '../../src/arrays/npy.js'
import { loadAttrop } from '../../src/generate/attrop/attrop-networks.js'
import { attropStep, PORTS } from '../../src/generate/attrop/loss-graph.js'
import { attropSettingsSchema } from '../../src/generate/attrop/settings.js'
import { importCheckpoint } from '../../src/models/import.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'

const QUALITY = 1000
const YAW = 60

const { values } = parseArgs({
  options: {
    official: { type: 'string' },
    'official-pose': { type: 'string' },
    batch: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '3' },
    precision: { type: 'string', default: 'float32' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
const { official, 'official-pose': officialPose } = values
if (official === undefined || officialPose === undefined)
  throw new Error('--official and --official-pose are needed')
const batch = Number(values.batch)
const precision = values.precision === 'float64' ? 'float64' : 'float32'
const folder = await mkdtemp(join(tmpdir(), 'attrop-step-'))
const file = (name: string) => join(folder, name)

const script = new URL('../../../benchmarks/perf/attrop-step.py', import.meta.url).pathname
const arguments_ = [script, official, officialPose, folder, values.batch, values.threads, precision]
const peer = spawn(values.python, arguments_, { stdio: ['pipe', 'pipe', 'inherit'] })
const answers = createInterface(peer.stdout)[Symbol.asyncIterator]()
await answers.next()
for (const name of ['generator', 'recogniser', 'quality', 'pose'])
  await importCheckpoint({
    checkpoint: file(`${name}.pth`),
    out: file(`${name}.onnx`),
    ...(name === 'quality' && { role: 'quality' as const }),
  })
const generator = requireRole(await loadModel(file('generator.onnx')), 'generator')
const [recogniser, quality, pose] = ['recogniser.onnx', 'quality.onnx', 'pose.onnx'].map(file)
const models = await loadAttrop(generator, { recogniser, quality, pose })
const settings = attropSettingsSchema.parse({ quality: QUALITY, yaw: [{ yaw: YAW, share: 1 }] })
const begun = performance.now()
const runtime = await Runtime.open(attropStep(models, settings, batch, precision), {
  threads: Number(values.threads),
  optimise: precision === 'float64' ? 'exactly' : true,
  keepsMemory: false,
})
console.log(`the step's graph is built and opened in ${((performance.now() - begun) / 1000).toFixed(1)} s`)

const numbers = (data: Float32Array, shape: readonly number[]) =>
  runtimeTensor(precision, precision === 'float64' ? Float64Array.from(data) : data, shape)
const floats = async (name: string) => numbers((await readNpy(file(name))).data as Float32Array, [batch, 512])
const flags = async (name: string) =>
  runtimeTensor('bool', (await readNpy(file(name))).data as Uint8Array, [batch, 50])
const inputs = {
  [PORTS.vector]: await floats('vector.npy'),
  [PORTS.target]: await floats('target.npy'),
  [PORTS.dropped]: await flags('dropped.npy'),
  [PORTS.masked]: await flags('masked.npy'),
  [PORTS.yawTarget]: numbers(new Float32Array(batch).fill(YAW), [batch]),
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((x, y) => x - y)[Math.floor(numbers.length / 2)]
const ours: number[] = []
const theirs: number[] = []
let peak = 0
for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
  peer.stdin.write('\n')
  const [seconds, bytes] = String((await answers.next()).value)
    .split(' ')
    .map(Number)
  theirs.push(seconds)
  peak = bytes
  const start = performance.now()
  const outputs = await runtime.run(inputs)
  ours.push((performance.now() - start) / 1000)
  if (repeat > 0) continue
  const expected = (await readNpy(file('gradient.npy'))).data as Float32Array
  const found = outputs[PORTS.gradient].data as Float32Array | Float64Array
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const off = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0)
  console.log(`gradients differ by ${(off / largest).toExponential(1)} of the largest element`)
}
peer.stdin.end()
await runtime.close()
await rm(folder, { recursive: true })

const show = (name: string, times: readonly number[], bytes: number): void =>
  console.log(
    `${name.padEnd(12)} ${median(times).toFixed(2)} s a step (best ${Math.min(...times).toFixed(2)}), peak ${(bytes / 1e9).toFixed(2)} GB`,
  )
show('onnxruntime', ours, process.resourceUsage().maxRSS * 1024)
show('PyTorch', theirs, peak)
console.log(`ratio of medians ${(median(theirs) / median(ours)).toFixed(2)}`)
