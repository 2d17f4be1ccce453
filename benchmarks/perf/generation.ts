/**
 * Images a second of `generate dataset`, for each form, beside the bare generator in a loop that writes nothing.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/perf/generation.js GENERATOR.onnx [images]
 *
 * One network on one core in both; the two take turns in one process, three times, and the median ratio counts.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DATASET_FORMATS } from '../../src/datasets/dataset.js'
import { encodeNpy } from '../../src/datasets/npy.js'
import { generateDataset } from '../../src/generate/generate-dataset.js'
import { Generator } from '../../src/generate/generator.js'
import { PAPER_SIGMA_MIX } from '../../src/generate/sigma-mix.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { silent } from '../../src/progress.js'
import { RandomStream } from '../../src/random/philox.js'

const BATCH = 8
const IMAGES_AN_IDENTITY = 50
const TURNS = 3

const [path, wanted = '1000'] = process.argv.slice(2)
const images = Math.ceil(Number(wanted) / IMAGES_AN_IDENTITY) * IMAGES_AN_IDENTITY
const model = requireRole(await loadModel(path), 'generator')
const { input } = model.descriptor
const folder = await mkdtemp(join(tmpdir(), 'generation-'))
const vectors = new Float32Array((images / IMAGES_AN_IDENTITY) * input.size)
new RandomStream(1, 'vectors').fillNormal(vectors)
const identities = join(folder, 'vectors.npy')
await writeFile(
  identities,
  encodeNpy({ type: '<f4', shape: [vectors.length / input.size, input.size], data: vectors }),
)

/** Images a second of the network alone. */
async function bare(): Promise<number> {
  const generator = await Generator.open(model, { threads: 1 })
  const flags = new Uint8Array(BATCH * (input.masks?.tokens ?? 0))
  const batch = { size: BATCH, vectors: vectors.slice(0, BATCH * input.size), dropped: flags, masked: flags }
  await generator.run(batch, String)
  const start = performance.now()
  for (let done = 0; done < images; done += BATCH) await generator.run(batch, String)
  const seconds = (performance.now() - start) / 1000
  await generator.close()
  return images / seconds
}

/** Images a second of a whole run, from its beginning to its manifest. */
async function whole(format: (typeof DATASET_FORMATS)[number], turn: number): Promise<number> {
  const out = join(folder, `${format}${turn}`)
  const start = performance.now()
  await generateDataset(
    {
      generator: path,
      identities,
      imagesPerIdentity: IMAGES_AN_IDENTITY,
      sigmas: PAPER_SIGMA_MIX,
      seed: 1,
    },
    out,
    { formats: [format], threads: 1, progress: silent },
  )
  const seconds = (performance.now() - start) / 1000
  await rm(out, { recursive: true })
  return images / seconds
}

console.log(`${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}, ${images} images`)
console.log('form        images/s  bare images/s  ratio')
for (const format of DATASET_FORMATS) {
  const turns: { rate: number; alone: number }[] = []
  for (let turn = 0; turn < TURNS; turn++)
    turns.push({ alone: await bare(), rate: await whole(format, turn) })
  const median = turns.sort((a, b) => a.rate / a.alone - b.rate / b.alone)[(TURNS - 1) / 2]
  const { rate, alone } = median
  console.log(
    `${format.padEnd(10)}  ${rate.toFixed(1).padStart(8)}  ${alone.toFixed(1).padStart(13)}  ${(rate / alone).toFixed(2)}`,
  )
}
await rm(folder, { recursive: true })
