/**
 * The imported Vec2Face generator against the official code in PyTorch, in turn in one run.
 *
 * node build/benchmarks/perf/generator-speed.js --onnx vec2face.onnx --checkpoint vec2face_generator.pth
 *   --official PATH_OF_THE_VEC2FACE_REPOSITORY [--batch 8] [--threads 2] [--repeats 7] [--python /usr/bin/python3]
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import ort from 'onnxruntime-node'
import { drawMasks, PAPER_MASKING } from '../../src/generate/masks.js'
import { RandomStream } from '../../src/random/philox.js'

const { values } = parseArgs({
  options: {
    onnx: { type: 'string' },
    checkpoint: { type: 'string' },
    official: { type: 'string' },
    batch: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '7' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
const { onnx, checkpoint, official } = values
if (onnx === undefined || checkpoint === undefined || official === undefined) {
  throw new Error('--onnx, --checkpoint and --official are needed')
}
const batch = Number(values.batch)
const { tokens } = PAPER_MASKING

const vectors = new Float32Array(batch * 512)
new RandomStream(1, 'vectors').fillNormal(vectors)
const dropped = new Uint8Array(batch * tokens)
const masked = new Uint8Array(batch * tokens)
for (let i = 0; i < batch; i++) {
  const row = [i * tokens, (i + 1) * tokens] as const
  drawMasks(PAPER_MASKING, 1, 0, i, dropped.subarray(...row), masked.subarray(...row))
}
const feeds = {
  vector: new ort.Tensor('float32', vectors, [batch, 512]),
  dropped: new ort.Tensor('bool', dropped, [batch, tokens]),
  masked: new ort.Tensor('bool', masked, [batch, tokens]),
}

const script = new URL('../../../benchmarks/perf/generator-speed.py', import.meta.url).pathname
const peer = spawn(values.python, [script, official, checkpoint, values.batch, values.threads], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const answers = createInterface(peer.stdout)[Symbol.asyncIterator]()
await answers.next()
const session = await ort.InferenceSession.create(onnx, { intraOpNumThreads: Number(values.threads) })
await session.run(feeds)

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((x, y) => x - y)[Math.floor(numbers.length / 2)]
const ours: number[] = []
const theirs: number[] = []
for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
  peer.stdin.write('\n')
  theirs.push(Number((await answers.next()).value))
  const start = performance.now()
  await session.run(feeds)
  ours.push((performance.now() - start) / 1000)
}
peer.stdin.end()

const show = (name: string, times: readonly number[]): void =>
  console.log(
    `${name.padEnd(12)} ${(batch / median(times)).toFixed(2)} images/s (best ${(batch / Math.min(...times)).toFixed(2)})`,
  )
show('onnxruntime', ours)
show('PyTorch', theirs)
console.log(`ratio of medians ${(median(theirs) / median(ours)).toFixed(2)}`)
