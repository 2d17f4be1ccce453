/**
 * Images a second of `generate dataset`, for each form, beside the bare generator in a loop that does nothing with
 * its images.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/perf/generation.js GENERATOR.onnx [images [lanes [turns]]]
 *
 * A whole run counts from its beginning (reading the vectors, opening the network) to its manifest: the fewer the
 * images, the more the half second of beginning and end weighs. The bare loop has the run's batch and as many lanes,
 * each a network on one core; with more than one lane the faster of that and one network on as many cores counts.
 * Bare loop and run take turns; medians count. Processor time says the same on a machine that others use too.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeNpy } from '../../src/arrays/npy.js'
import { DATASET_FORMATS } from '../../src/datasets/formats.js'
import { generateDataset } from '../../src/generate/generate-dataset.js'
import { PAPER_SIGMA_MIX } from '../../src/generate/sigma-mix.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { silent } from '../../src/progress.js'
import { RandomStream } from '../../src/random/philox.js'
import { bareRate } from './bare-generator.js'

const IMAGES_AN_IDENTITY = 50
/** The batch of a plan whose generator takes it. */
const BATCH = 8

const [path, wanted = '8000', lanesWanted = String(availableParallelism()), turnsWanted = '3'] =
  process.argv.slice(2)
const lanes = Number(lanesWanted)
const turnCount = Number(turnsWanted)
const images = Math.ceil(Number(wanted) / IMAGES_AN_IDENTITY) * IMAGES_AN_IDENTITY
const { descriptor } = requireRole(await loadModel(path), 'generator')
const width = descriptor.input.size
const folder = await mkdtemp(join(tmpdir(), 'generation-'))
const vectors = new Float32Array((images / IMAGES_AN_IDENTITY) * width)
new RandomStream(1, 'vectors').fillNormal(vectors)
const identities = join(folder, 'vectors.npy')
await writeFile(identities, encodeNpy({ type: '<f4', shape: [vectors.length / width, width], data: vectors }))

/** A rate and what it cost. */
interface Measured {
  /** images a second */
  readonly rate: number
  /** milliseconds of processor time an image, on all cores together */
  readonly processor: number
}

async function measured(work: () => Promise<number>): Promise<Measured> {
  const before = process.cpuUsage()
  const rate = await work()
  const { user, system } = process.cpuUsage(before)
  return { rate, processor: (user + system) / 1000 / images }
}

/** A whole run. @returns its images a second */
async function whole(format: (typeof DATASET_FORMATS)[number]): Promise<number> {
  const out = join(folder, format)
  const start = performance.now()
  await generateDataset(
    { generator: path, identities, imagesPerIdentity: IMAGES_AN_IDENTITY, sigmas: PAPER_SIGMA_MIX, seed: 1 },
    out,
    { formats: [format], threads: lanes, progress: silent },
  )
  const seconds = (performance.now() - start) / 1000
  await rm(out, { recursive: true })
  return images / seconds
}

const loop = { path, batch: BATCH, images, threads: 1 }
const median = (values: number[]) => values.sort((a, b) => a - b)[(turnCount - 1) >> 1]

console.log(
  `${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}, ${images} images, ${lanes} lanes`,
)
console.log('            images/s                                   processor ms/image')
console.log('form             run      bare  bare 1 net  ratio (least, most)    run   bare  ratio')
for (const format of DATASET_FORMATS) {
  const turns: { run: Measured; bare: Measured; one: number }[] = []
  for (let turn = 0; turn < turnCount; turn++) {
    turns.push({
      run: await measured(() => whole(format)),
      bare: await measured(() => bareRate(loop, lanes)),
      // One network on all cores instead of one a core.
      one: lanes === 1 ? 0 : await bareRate({ ...loop, threads: lanes, images: images / 2 }, 1),
    })
  }
  const ratios = turns.map(({ run, bare, one }) => run.rate / Math.max(bare.rate, one))
  const show = (value: number, width: number, digits: number) => value.toFixed(digits).padStart(width)
  const of = (value: (turn: (typeof turns)[number]) => number) => median(turns.map(value))
  console.log(
    [
      format.padEnd(10),
      show(
        of(({ run }) => run.rate),
        8,
        1,
      ),
      show(
        of(({ bare }) => bare.rate),
        8,
        1,
      ),
      show(
        of(({ one }) => one),
        10,
        1,
      ),
      show(median(ratios), 5, 3),
      `(${Math.min(...ratios).toFixed(3)}, ${Math.max(...ratios).toFixed(3)})`,
      show(
        of(({ run }) => run.processor),
        5,
        3,
      ),
      show(
        of(({ bare }) => bare.processor),
        5,
        3,
      ),
      show(
        of(({ run, bare }) => bare.processor / run.processor),
        5,
        3,
      ),
    ].join('  '),
  )
}
await rm(folder, { recursive: true })
