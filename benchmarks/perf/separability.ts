/**
 * Separability of random features of 512 numbers, in turns with NumPy's float32 products of the same upper
 * triangle alone (no search, no counts). Wall and processor seconds; the ratio is of processor seconds, which a
 * busy machine changes less.
 *
 * Arguments: numbers of rows, for example 10000 20000 100000.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { separability } from '../../src/metrics/separability.js'
import { featureRows } from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'

const PEER = fileURLToPath(new URL('separability.py', import.meta.url))
const COLUMNS = 512
/** NumPy's tiles beyond this many are sampled. */
const PEER_TILES = 60

for (const rows of process.argv.slice(2).map(Number)) {
  const data = new Float32Array(rows * COLUMNS)
  new RandomStream(1, 'separability benchmark').fillNormal(data)
  const features = featureRows({ rows, columns: COLUMNS, data }, 'random')
  const tiles = Math.ceil(rows / 4096) ** 2 / 2
  const step = Math.max(1, Math.floor(tiles / PEER_TILES))
  const peer = execFileSync('python3', [PEER, String(rows), String(step)], { encoding: 'utf8' })
  const [peerWall, peerCpu] = peer.split(' ').map(Number)
  const begun = performance.now()
  const cpu = process.cpuUsage()
  const { products } = await separability(features)
  const { user, system } = process.cpuUsage(cpu)
  const own = { wall: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6 }
  console.log(
    `${rows} rows, ${products} products: ${own.wall.toFixed(1)} s (processor ${own.cpu.toFixed(1)} s); ` +
      `NumPy's float32 products ${peerWall.toFixed(1)} s (${peerCpu.toFixed(1)} s); ratio ${(own.cpu / peerCpu).toFixed(2)}`,
  )
}
