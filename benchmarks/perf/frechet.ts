/**
 * The Frechet distance over 2048 numbers against SciPy's (linalg.sqrtm, as pytorch-fid computes it), in turn in one run,
 * on statistics with a spectrum that falls over eight orders of magnitude as Inception's does.
 *
 * node build/benchmarks/perf/frechet.js [--python /usr/bin/python3] [--dimensions 2048] [--repeats 5] [--images 500]
 */

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { encodeFeatureStatistics } from '../../src/features/feature-statistics.js'
import { type FeatureStatistics, StreamingMoments } from '../../src/linear-algebra/streaming-moments.js'
import { frechetDistance } from '../../src/metrics/frechet.js'
import { RandomStream } from '../../src/random/philox.js'

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: '/usr/bin/python3' },
    dimensions: { type: 'string', default: '2048' },
    repeats: { type: 'string', default: '5' },
    images: { type: 'string' },
  },
})
const dimensions = Number(values.dimensions)
const images = Number(values.images ?? 3 * dimensions)

/** Statistics of images of normal numbers of falling variance, mixed by a reflection, 0 where below. */
async function statistics(seed: number): Promise<FeatureStatistics> {
  const mirror = new Float64Array(dimensions)
  new RandomStream(1, 'mirror').fillNormal(mirror)
  const square = mirror.reduce((sum, value) => sum + value * value, 0)
  const moments = new StreamingMoments(dimensions)
  const row = new Float64Array(dimensions)
  for (let image = 0; image < images; image++) {
    new RandomStream(seed, 'image', image).fillNormal(row)
    let dot = 0
    for (let k = 0; k < dimensions; k++) {
      row[k] *= Math.exp((-9 * k) / dimensions)
      dot += row[k] * mirror[k]
    }
    for (let k = 0; k < dimensions; k++) row[k] = Math.max(-0.5, row[k] - (2 * dot * mirror[k]) / square)
    await moments.add({ rows: 1, columns: dimensions, data: row }, 'rows')
  }
  return moments.statistics('rows')
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((x, y) => x - y)[Math.floor(numbers.length / 2)]

const folder = await mkdtemp(join(tmpdir(), 'frechet-'))
try {
  const [a, b] = [await statistics(1), await statistics(2)]
  const files = [join(folder, 'a.npz'), join(folder, 'b.npz')]
  await writeFile(files[0], encodeFeatureStatistics(a))
  await writeFile(files[1], encodeFeatureStatistics(b))
  const python = spawn(values.python, [join('benchmarks', 'perf', 'frechet.py'), ...files], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${dimensions} dimensions`)
  const ours: number[] = []
  const theirs: number[] = []
  // The first round warms both up.
  for (let round = 0; round <= Number(values.repeats); round++) {
    python.stdin.write('again\n')
    const [seconds, wanted] = String((await answers.next()).value)
      .split(' ')
      .map(Number)
    const start = performance.now()
    const { distance } = await frechetDistance(a, b)
    const own = (performance.now() - start) / 1000
    if (round > 0) {
      ours.push(own)
      theirs.push(seconds)
    }
    const difference = Math.abs(distance - wanted) / wanted
    console.log(
      `ours ${own.toFixed(2)} s, SciPy ${seconds.toFixed(2)} s, relative difference ${difference.toExponential(1)}`,
    )
  }
  python.stdin.end()
  const ratio = median(ours.map((own, i) => own / theirs[i]))
  console.log(
    `median: ours ${median(ours).toFixed(2)} s, SciPy ${median(theirs).toFixed(2)} s, ratio ${ratio.toFixed(2)}`,
  )
} finally {
  await rm(folder, { recursive: true })
}
