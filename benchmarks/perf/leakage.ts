/**
 * Leakage of random image features against random identity features of 512 numbers, some images planted: whether what
 * is found is exact, whether memory is flat, and the time beside the rate of a separability run in the same process.
 *
 * node build/benchmarks/perf/leakage.js [images, 500000] [references, 200000] [identities of the separability run, 100000]
 */
import { leakage } from '../../src/metrics/leakage.js'
import { separability } from '../../src/metrics/separability.js'
import { cosine, type FeatureRows, fastestKernel, featureRows, sliceRows } from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'

const COLUMNS = 512
const CHUNK = 8192
/** One image in so many is a reference with noise. */
const PLANTED_EVERY = 1009
const CHECKED = 40
const [images = 500_000, references = 200_000, identities = 100_000] = process.argv.slice(2).map(Number)

function normals(rows: number, name: string, part: number): Float32Array {
  const data = new Float32Array(rows * COLUMNS)
  new RandomStream(part, name).fillNormal(data)
  return data
}

const rowsOf = (data: Float32Array): FeatureRows =>
  featureRows({ rows: data.length / COLUMNS, columns: COLUMNS, data }, 'random')
const rss = (): string => `${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`

const kernel = await fastestKernel()
const known = rowsOf(normals(references, 'references', 0))
const plantedIn = (image: number): number | undefined =>
  image % PLANTED_EVERY === 0 ? (image * 7919) % references : undefined

/** The images from `start` on: made when asked for, the same at each time. */
function chunk(start: number): FeatureRows {
  const rows = Math.min(CHUNK, images - start)
  const data = normals(rows, 'images', start)
  for (let i = 0; i < rows; i++) {
    const reference = plantedIn(start + i)
    if (reference === undefined) continue
    // Noise of 0.3 to 2 times the feature: cosines of about 0.96 down to 0.45.
    const noise = 0.3 + 1.7 * ((start + i) / images)
    for (let k = 0; k < COLUMNS; k++)
      data[i * COLUMNS + k] = noise * data[i * COLUMNS + k] + known.matrix.data[reference * COLUMNS + k]
  }
  return rowsOf(data)
}

let making = 0
const memory: string[] = []
function* chunks(): Generator<FeatureRows> {
  for (let start = 0; start < images; start += CHUNK) {
    const begun = performance.now()
    const rows = chunk(start)
    making += performance.now() - begun
    if (start % (CHUNK * 10) === 0) memory.push(rss())
    yield rows
  }
}

const own = rowsOf(normals(identities, 'identities', 0))
const first = performance.now()
await separability(own)
const separabilitySeconds = (performance.now() - first) / 1000
const rate = (identities * (identities - 1)) / 2 / separabilitySeconds

const begun = performance.now()
const found = await leakage(chunks(), known, 'images')
const seconds = (performance.now() - begun - making) / 1000
const allowed = (images * references) / rate

let planted = 0
let missed = 0
for (let image = 0; image < images; image += PLANTED_EVERY) {
  planted++
  if (found.nearest[image] !== plantedIn(image)) missed++
}
let wrong = 0
for (let check = 0; check < CHECKED; check++) {
  const image = Math.floor((images - 1) * (check / (CHECKED - 1)))
  const start = image - (image % CHUNK)
  const row = sliceRows(chunk(start), image - start, image - start + 1)
  let nearest = 0
  for (let j = 1; j < references; j++)
    if (cosine(row, 0, known, j) > cosine(row, 0, known, nearest)) nearest = j
  if (found.nearest[image] !== nearest || found.highest[image] !== cosine(row, 0, known, nearest)) wrong++
}
console.log(
  `${images} images against ${references} references, ${kernel.name} products: ${seconds.toFixed(1)} s ` +
    `(${((images * references) / seconds / 1e9).toFixed(2)}e9 pairs/s); separability of ${identities} in the same process ` +
    `${separabilitySeconds.toFixed(1)} s (${(rate / 1e9).toFixed(2)}e9 pairs/s), at whose rate it would be ${allowed.toFixed(1)} s; ` +
    `ratio ${(seconds / allowed).toFixed(2)}`,
)
console.log(`above 0.4: ${JSON.stringify(found.counts)}; planted ${planted}, not found ${missed}`)
console.log(`compared with brute force in float64: ${CHECKED} images, ${wrong} differ`)
console.log(
  `memory, every ten chunks: ${memory.join(', ')}; features of references ${Math.round(known.matrix.data.byteLength / 2 ** 20)} MiB`,
)
