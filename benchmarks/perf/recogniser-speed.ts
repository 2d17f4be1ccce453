/**
 * An iresnet on the processor against PyTorch's, the same layers, batch and threads, in turn in one run: as its file is
 * written, and as a session opens it (`src/networks/open-network.ts`). With `--profile` also where onnxruntime spends its time.
 *
 * node build/benchmarks/perf/recogniser-speed.js [--blocks 3,13,30,3] [--batches 1,8,32] [--threads 2] [--repeats 7]
 *   [--profile] [--python /usr/bin/python3]
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import ort from 'onnxruntime-node'
import { foldForInference } from '../../src/networks/fold-for-inference.js'
import { iresnet } from '../../src/networks/iresnet.js'
import { openNetwork } from '../../src/networks/open-network.js'
import { Weights, type WeightTensor } from '../../src/networks/weights.js'
import { bakeConstants } from '../../src/onnx/bake-constants.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { writeGraph } from '../../src/onnx/write-graph.js'

const { values } = parseArgs({
  options: {
    blocks: { type: 'string', default: '3,13,30,3' },
    batches: { type: 'string', default: '1,8,32' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '7' },
    profile: { type: 'boolean', default: false },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
const { blocks, threads } = values
const repeats = Number(values.repeats)
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((x, y) => x - y)[Math.floor(numbers.length / 2)]

const folder = mkdtempSync(join(tmpdir(), 'recogniser-speed-'))
const path = join(folder, 'iresnet.onnx')
await writeNetwork()
for (const batch of values.batches.split(',').map(Number)) await compare(batch)
if (values.profile) await profile()
rmSync(folder, { recursive: true })

/** Kernels so small that no map grows from block to block; what they are changes no time. */
async function writeNetwork(): Promise<void> {
  const fresh = iresnet.fresh?.(1, { depth: blocks, featureSize: 512 }) ?? new Map()
  const calm = ([key, tensor]: [string, WeightTensor]): [string, WeightTensor] => {
    if (tensor.shape.length !== 4) return [key, tensor]
    const [, from, height, width] = tensor.shape
    const size = 1 / Math.sqrt(from * height * width)
    return [
      key,
      { ...tensor, readFloat32: () => Float32Array.from({ length: tensor.size }, (_, i) => size * wave(i)) },
    ]
  }
  const g = new GraphBuilder()
  iresnet.build(g, new Weights(new Map([...fresh].map(calm)), 'fresh'), {})
  foldForInference(g.graph)
  await bakeConstants(g.graph)
  await writeGraph(g.graph, path)
}

/** Numbers of -1..1 without order. */
function wave(i: number): number {
  return 2 * (((((i * 2654435761) % 4294967296) ^ (i >>> 3)) >>> 0) / 4294967296) - 1
}

interface Taken {
  readonly wall: number
  readonly busy: number
}

async function compare(batch: number): Promise<void> {
  const script = new URL('../../../benchmarks/perf/recogniser-speed.py', import.meta.url).pathname
  const peer = spawn(values.python, [script, blocks, String(batch), threads], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface(peer.stdout)[Symbol.asyncIterator]()
  const shape = [batch, 3, 112, 112]
  const image = Float32Array.from({ length: batch * 3 * 112 * 112 }, (_, i) => wave(i))
  const feeds = { image: runtimeTensor('float32', image, shape) }
  const settings = { threads: Number(threads) }
  const written = await Runtime.open(path, settings)
  const opened = await openNetwork(path, settings)
  const timed = (runtime: Runtime) => async (): Promise<Taken> => {
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    await runtime.run(feeds)
    const { user, system } = process.cpuUsage(cpu)
    return { wall: (performance.now() - start) / 1000, busy: (user + system) / 1e6 }
  }
  const asked = async (): Promise<Taken> => {
    peer.stdin.write('\n')
    const [wall, busy] = String((await answers.next()).value)
      .split(' ')
      .map(Number)
    return { wall, busy }
  }
  await answers.next()
  const [before, after] = [await written.run(feeds), await opened.run(feeds)].map(
    ({ feature }) => feature.data as Float32Array,
  )
  const largest = before.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const off = before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i])), 0)
  const makers = { PyTorch: asked, 'as written': timed(written), 'as opened': timed(opened) }
  const taken = new Map<string, Taken[]>(Object.keys(makers).map((name) => [name, []]))
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const [name, make] of Object.entries(makers)) taken.get(name)?.push(await make())
  peer.stdin.end()
  await written.close()
  await opened.close()
  console.log(`batch ${batch}: opened differs by ${(off / largest).toExponential(1)} of the largest number`)
  const figures = (name: string) => {
    const own = taken.get(name) ?? []
    const [wall, busy] = [own.map((one) => one.wall), own.map((one) => one.busy)]
    return [Math.min(...wall), median(wall), Math.min(...busy), median(busy)]
  }
  const theirs = figures('PyTorch')
  for (const name of taken.keys()) {
    const own = figures(name)
    const shown = own.map((value, i) => `${value.toFixed(3)} (${(theirs[i] / value).toFixed(2)})`)
    console.log(
      `  ${name.padEnd(10)} wall least ${shown[0]} median ${shown[1]}, processor least ${shown[2]} median ${shown[3]} s`,
    )
  }
}

/** Where one call of the file as it is written spends its time, by operator. */
async function profile(): Promise<void> {
  const session = await ort.InferenceSession.create(path, {
    intraOpNumThreads: Number(threads),
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
  })
  const image = new ort.Tensor('float32', new Float32Array(8 * 3 * 112 * 112), [8, 3, 112, 112])
  for (let i = 0; i < 3; i++) await session.run({ image })
  session.endProfiling()
  await session.release()
  const [file] = readdirSync(folder).filter((name) => name.startsWith('profile'))
  const events: { cat: string; name: string; dur: number; args: { op_name?: string } }[] = JSON.parse(
    readFileSync(join(folder, file), 'utf8'),
  )
  const spent = new Map<string, number>()
  for (const { cat, name, dur, args } of events)
    if (cat === 'Node' && name.endsWith('_kernel_time') && args.op_name !== undefined)
      spent.set(args.op_name, (spent.get(args.op_name) ?? 0) + dur)
  const total = [...spent.values()].reduce((a, b) => a + b, 0)
  for (const [name, micros] of [...spent].sort(([, a], [, b]) => b - a).slice(0, 6))
    console.log(`  ${name.padEnd(14)} ${((100 * micros) / total).toFixed(1)} %`)
}
