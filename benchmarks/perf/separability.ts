/**
 * Separability of random features of 512 numbers, in turns with NumPy's float32 products of the same upper triangle
 * alone (no search, no counts). Wall and processor seconds; a busy machine changes the ratio of the latter less.
 * NumPy is timed before and after, and the lower time of the two counts.
 *
 * node build/benchmarks/perf/separability.js 10000 20000 100000
 *
 * PEER_BLOCK: rows of NumPy's tiles; 2048 by default, the fastest of 1024 .. 12288 where this was tried.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { separability } from '../../src/metrics/separability.js'
import { fastestKernel, featureRows } from '../../src/products/index.js'
import { packageFile } from '../../src/program.js'
import { RandomStream } from '../../src/random/philox.js'

const PEER = packageFile('benchmarks/perf/separability.py').pathname
const COLUMNS = 512
/** NumPy's tiles beyond this many are sampled. */
const PEER_TILES = 700
const peerBlock = Number(process.env.PEER_BLOCK ?? 2048)

interface Seconds {
  readonly wall: number
  readonly cpu: number
}

/** NumPy, which times its products when asked. */
async function startPeer(rows: number) {
  const tiles = Math.ceil(rows / peerBlock) ** 2 / 2
  const step = Math.max(1, Math.floor(tiles / PEER_TILES))
  // These would make OpenBLAS run another kernel than the processor's own.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env
  const args = [PEER, rows, step, peerBlock].map(String)
  const peer = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'], env })
  const answers = createInterface(peer.stdout)[Symbol.asyncIterator]()
  const next = async (): Promise<string> => String((await answers.next()).value)
  const library = await next()
  await next()
  return {
    library,
    async time(): Promise<Seconds> {
      peer.stdin.write('\n')
      const [wall, cpu] = (await next()).split(' ').map(Number)
      return { wall, cpu }
    },
    end: () => peer.stdin.end(),
  }
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`

await fastestKernel()
for (const rows of process.argv.slice(2).map(Number)) {
  const data = new Float32Array(rows * COLUMNS)
  new RandomStream(1, 'separability benchmark').fillNormal(data)
  const features = featureRows({ rows, columns: COLUMNS, data }, 'random')
  const peer = await startPeer(rows)
  const before = await peer.time()
  const begun = performance.now()
  const cpu = process.cpuUsage()
  const { products } = await separability(features)
  const { user, system } = process.cpuUsage(cpu)
  const own = { wall: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6 }
  const after = await peer.time()
  peer.end()
  const theirs = { wall: Math.min(before.wall, after.wall), cpu: Math.min(before.cpu, after.cpu) }
  const peak = process.resourceUsage().maxRSS * 1024
  console.log(
    `${rows} rows, ${products} products: ${own.wall.toFixed(2)} s (processor ${own.cpu.toFixed(2)} s), ` +
      `peak memory ${mebibytes(peak)} of which features ${mebibytes(data.byteLength)}; ` +
      `NumPy's float32 products (${peer.library}, blocks of ${peerBlock}) ` +
      `${theirs.wall.toFixed(2)} s (${theirs.cpu.toFixed(2)} s), before and after ${before.wall.toFixed(2)} and ${after.wall.toFixed(2)}; ` +
      `ratio ${(own.wall / theirs.wall).toFixed(2)} (processor ${(own.cpu / theirs.cpu).toFixed(2)})`,
  )
}
