/**
 * How long `generate identities` takes beside the bare matrix products of the upper triangle, in one run.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/perf/identities.js [--keep FOLDER] [10000 20000 ..]
 *
 * Candidates are drawn from components fitted to random features; the time is that of drawing, selecting and
 * writing. The bare products are those of 2,048 x 2,048 tiles (onnxruntime's float32 Gemm, and the integer
 * products that the constraint uses); a sample of tiles is timed before and after, and the time of all tiles of
 * the triangle is computed from it. Peak memory is the process's, so ask for the counts in ascending order.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { drawnCandidates, writeIdentityVectors } from '../../src/generate/identity-vectors.js'
import { fitPrincipalComponents, type PrincipalComponents } from '../../src/generate/principal-components.js'
import { Graph } from '../../src/onnx/graph.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { featureRows, openIntegerKernel } from '../../src/products/index.js'
import { silent } from '../../src/progress.js'
import { RandomStream } from '../../src/random/philox.js'

const WIDTH = 512
const TILE = 2048
const SAMPLED_TILES = 40

/**
 * Components fitted to random features whose variances fall as 1 / (1 + k / 32): about 270 effective dimensions
 * ((sum of variances)^2 / sum of squares), so that a few candidates of a hundred are too similar to another.
 */
function randomComponents(): Promise<PrincipalComponents> {
  const rows = 10_000
  const data = new Float32Array(rows * WIDTH)
  new RandomStream(1, 'features').fillNormal(data)
  for (let i = 0; i < data.length; i++) data[i] /= Math.sqrt(1 + (i % WIDTH) / 32)
  return fitPrincipalComponents({ rows, columns: WIDTH, data }, 'random features')
}

interface Product {
  run(): Promise<void>
}

async function bareFloatProduct(): Promise<Product> {
  const port = (name: string, shape: string[]) => ({ name, type: 'float32' as const, shape })
  const network = Graph.of({
    nodes: [{ opType: 'Gemm', inputs: ['a', 'b'], outputs: ['y'], attributes: { transB: 1 } }],
    inputs: [port('a', ['m', 'k']), port('b', ['n', 'k'])],
    outputs: [port('y', ['m', 'n'])],
  })
  const session = await Runtime.open(network)
  const matrix = () => {
    const data = new Float32Array(TILE * WIDTH)
    new RandomStream(1, 'tile').fillNormal(data)
    return runtimeTensor('float32', data, [TILE, WIDTH])
  }
  const feeds = { a: matrix(), b: matrix() }
  const fetches = { y: runtimeTensor('float32', new Float32Array(TILE * TILE), [TILE, TILE]) }
  return { run: async () => void (await session.run(feeds, fetches)) }
}

async function bareIntegerProduct(): Promise<Product> {
  const kernel = await openIntegerKernel()
  const data = new Float32Array(TILE * WIDTH)
  new RandomStream(1, 'tile').fillNormal(data)
  const rows = featureRows({ rows: TILE, columns: WIDTH, data }, 'tile')
  const { left, right } = kernel.pack(rows)
  const out = new Uint8Array(TILE * TILE)
  return { run: () => kernel.multiply(left, right, 1 / 255, 0, out) }
}

/** Seconds of one tile's product: the median of some. */
async function secondsATile(product: Product): Promise<number> {
  await product.run()
  const seconds: number[] = []
  for (let i = 0; i < SAMPLED_TILES; i++) {
    const start = performance.now()
    await product.run()
    seconds.push((performance.now() - start) / 1000)
  }
  return seconds.sort((a, b) => a - b)[SAMPLED_TILES / 2]
}

/** Tiles' worth of work in the upper triangle. */
function tilesOf(count: number): number {
  return (count / TILE) ** 2 / 2
}

const { values, positionals } = parseArgs({ options: { keep: { type: 'string' } }, allowPositionals: true })
const folder = values.keep ?? (await mkdtemp(join(tmpdir(), 'identities-')))
const float = await bareFloatProduct()
const integer = await bareIntegerProduct()
const fitted = await randomComponents()
console.log(`${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}`)
console.log('vectors  seconds  / float32 products  / integer products  rejected  peak memory')
for (const count of positionals.length > 0 ? positionals.map(Number) : [10_000, 20_000]) {
  const before = [await secondsATile(float), await secondsATile(integer)]
  const start = performance.now()
  const { rejected } = await writeIdentityVectors(drawnCandidates(fitted, 1), join(folder, `${count}.npy`), {
    count,
    width: WIDTH,
    maxSimilarity: 0.3,
    progress: silent,
  })
  const seconds = (performance.now() - start) / 1000
  const after = [await secondsATile(float), await secondsATile(integer)]
  const [floatSeconds, integerSeconds] = before.map((value, i) => ((value + after[i]) / 2) * tilesOf(count))
  const ratio = (bare: number) => (seconds / bare).toFixed(2)
  console.log(
    `${count}  ${seconds.toFixed(1)}  ${ratio(floatSeconds)} (${floatSeconds.toFixed(1)} s)  ${ratio(integerSeconds)} (${integerSeconds.toFixed(1)} s)  ${rejected}  ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  )
}
if (values.keep === undefined) await rm(folder, { recursive: true })
