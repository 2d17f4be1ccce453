/**
 * A step of a recogniser's training against PyTorch's, the same network, batch and threads, in turn in one run: images a
 * second by the clock and by the processor's time (which a busy machine moves less), and peak memory.
 *
 * node build/benchmarks/perf/training-step.js [--network demonet] [--depth a] [--batch 64] [--classes 250] [--threads 2]
 *   [--repeats 7] [--format contiguous|channels_last] [--python /usr/bin/python3]
 */
import { parseArgs } from 'node:util'
import { RandomStream } from '../../src/random/philox.js'
import { recogniserSpecSchema } from '../../src/training/recogniser-spec.js'
import { beginState, freshWeights } from '../../src/training/recogniser-state.js'
import { RecogniserSteps } from '../../src/training/recogniser-steps.js'
import { startPeer, stepsInTurn, type Taken } from './steps-in-turn.js'

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'demonet' },
    depth: { type: 'string', default: 'a' },
    batch: { type: 'string', default: '64' },
    classes: { type: 'string', default: '250' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '7' },
    format: { type: 'string', default: 'contiguous' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
const { network, depth, batch, classes, threads } = values

const peer = await startPeer(values.python, 'training-step.py', [
  network,
  depth,
  batch,
  classes,
  threads,
  values.format,
])

const spec = recogniserSpecSchema.parse({
  network: { architecture: network, depth },
  loss: { kind: 'cosface' },
  optimiser: { kind: 'sgd', rate: 1e-3 },
  batch: Number(batch),
  steps: 1000,
})
const state = beginState(spec, freshWeights(spec), Number(classes))
const length = { steps: 1000, stepsPerEpoch: 1000 }
const steps = await RecogniserSteps.open(spec, state, length, { threads: Number(threads) })
const random = new RandomStream(1, 'images')
const images = Float32Array.from({ length: Number(batch) * 3 * 112 * 112 }, () => 2 * random.next() - 1)
const labels = Uint32Array.from({ length: Number(batch) }, () => random.nextInt(Number(classes)))

const taken = await stepsInTurn((step) => steps.take({ images, labels }, step), peer, Number(values.repeats))
await steps.close()

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((x, y) => x - y)[Math.floor(numbers.length / 2)]
const of = (who: 'ours' | 'theirs', what: keyof Taken): number => median(taken.map((each) => each[who][what]))
for (const [who, name] of [
  ['ours', 'this program'],
  ['theirs', `PyTorch ${values.format}`],
] as const) {
  const rate = (what: 'wall' | 'busy') => (Number(batch) / of(who, what)).toFixed(1)
  console.log(
    `${name.padEnd(22)} ${rate('wall')} images/s, ${rate('busy')} a processor second, ${(of(who, 'memory') / 2 ** 20).toFixed(0)} MiB`,
  )
}
const ratio = (what: keyof Taken) => of('theirs', what) / of('ours', what)
console.log(
  `${network} ${depth}, batch ${batch}: speed ${ratio('wall').toFixed(2)} of PyTorch's by the clock, ${ratio('busy').toFixed(2)} by processor time; memory ${(1 / ratio('memory')).toFixed(2)} times`,
)
