/**
 * A step of a generator's training (and of its discriminator) against PyTorch's, the same networks, losses, batch and threads,
 * in turn in one run: images a second by the clock and by the processor's time (which a busy machine moves less), and the
 * peak of memory.
 *
 * node build/benchmarks/perf/generator-step.js [--width 192] [--levels 32,32,64,96,160] [--batch 8] [--threads 2]
 *   [--repeats 5] [--python /usr/bin/python3]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RandomStream } from '../../src/random/philox.js'
import { freshGenerator } from '../../src/training/generator/generator-network.js'
import { generatorSpecSchema } from '../../src/training/generator/generator-spec.js'
import { beginGenerator } from '../../src/training/generator/generator-state.js'
import { GeneratorSteps } from '../../src/training/generator/generator-steps.js'
import { openLookingNetworks } from '../../src/training/generator/looking-networks.js'
import { startPeer, stepsInTurn } from './steps-in-turn.js'

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '192' },
    levels: { type: 'string', default: '32,32,64,96,160' },
    batch: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '5' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
const folder = await mkdtemp(join(tmpdir(), 'generator-step-'))
const batch = Number(values.batch)
const spec = generatorSpecSchema.parse({
  network: {
    width: Number(values.width),
    heads: { encoder: 4, decoder: 4 },
    blocks: { encoder: 1, decoder: 1 },
    expansion: 4,
    channels: 64,
    levels: values.levels.split(',').map(Number),
    residual: 1,
  },
  recogniser: join(folder, 'recogniser.onnx'),
  perceptual: { maps: ['first', 'second'] },
  discriminator: { architecture: 'spectral', width: 48, judging: 'hinge' },
  batch,
  steps: 1000,
})

const peer = await startPeer(values.python, 'generator-step.py', [
  folder,
  JSON.stringify(spec),
  values.threads,
])
await writeFile(
  join(folder, 'recogniser.yaml'),
  'name: recogniser\nrole: recogniser\ninput: { name: image }\noutput: { name: feature, size: 512 }\n',
)

const looking = await openLookingNetworks(spec)
const steps = new GeneratorSteps({
  spec,
  state: beginGenerator(spec, freshGenerator(spec, 512)),
  looking,
  length: { steps: 1000, stepsPerEpoch: 1000 },
  session: { threads: Number(values.threads) },
})
const random = new RandomStream(1, 'images')
const images = Float32Array.from({ length: batch * 3 * 112 * 112 }, () => 2 * random.next() - 1)

const taken = await stepsInTurn(
  (step) => steps.take({ images, labels: new Uint32Array(batch) }, step),
  peer,
  Number(values.repeats),
)
await steps.close()
await rm(folder, { recursive: true })

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
const rates = (of: 'ours' | 'theirs', by: 'wall' | 'busy') =>
  median(taken.map((each) => batch / each[of][by]))
const ratio = (by: 'wall' | 'busy') => median(taken.map((each) => each.theirs[by] / each.ours[by]))
const memory = (of: 'ours' | 'theirs') => Math.max(...taken.map((each) => each[of].memory)) / 2 ** 20
process.stdout.write(
  [
    `width ${values.width}, levels ${values.levels}, batch ${batch}, ${values.threads} threads, ${taken.length} steps in turn`,
    `images a second: ${rates('ours', 'wall').toFixed(2)}, PyTorch ${rates('theirs', 'wall').toFixed(2)}, ratio ${ratio('wall').toFixed(2)}`,
    `images a second of processor time: ${rates('ours', 'busy').toFixed(2)}, PyTorch ${rates('theirs', 'busy').toFixed(2)}, ratio ${ratio('busy').toFixed(2)}`,
    `peak memory in MiB: ${memory('ours').toFixed(0)}, PyTorch ${memory('theirs').toFixed(0)}`,
    '',
  ].join('\n'),
)
