/**
 * `unique@n` for every n, beside the script of the paper's authors: the same counts, and how much faster.
 *
 * node build/benchmarks/perf/unique-counts.js PATH/inter-separability-measurement.py [identities, 20000]
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeNpy } from '../../src/arrays/npy.js'
import { separability } from '../../src/metrics/separability.js'
import { separabilityCounts } from '../../src/metrics/separability-counts.js'
import { featureRows } from '../../src/products/index.js'
import { packageFile } from '../../src/program.js'
import { RandomStream } from '../../src/random/philox.js'

const COLUMNS = 512
const REPEATS = 5
const [script, size = '20000'] = process.argv.slice(2)
if (script === undefined) throw new Error('name the script of the Vec2Face repository')
const rows = Number(size)

/** Identities of which about a fifth is like an earlier one: cosines about 0.2 to 0.6, so that the counts are not all n. */
function identities(): Float32Array {
  const random = new RandomStream(1, 'unique counts benchmark')
  const data = new Float32Array(rows * COLUMNS)
  random.fillNormal(data)
  for (let row = 1; row < rows; row++) {
    if (random.next() > 0.2) continue
    const other = random.nextInt(row) * COLUMNS
    const share = 0.2 + 0.6 * random.next()
    for (let k = 0; k < COLUMNS; k++) data[row * COLUMNS + k] += share * data[other + k]
  }
  return data
}

async function timed(count: () => Promise<readonly { readonly count: number }[]>) {
  const seconds: number[] = []
  let counts: readonly number[] = []
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now()
    counts = (await count()).map((entry) => entry.count)
    seconds.push((performance.now() - start) / 1000)
  }
  return { counts, seconds }
}

const folder = await mkdtemp(join(tmpdir(), 'unique-counts-'))
try {
  const data = identities()
  const file = join(folder, 'features.npy')
  await writeFile(file, encodeNpy({ type: '<f4', shape: [rows, COLUMNS], data }))
  const peer = packageFile('benchmarks/perf/unique-counts.py').pathname
  const theirs = JSON.parse(execFileSync('/usr/bin/python3', [peer, script, file], { encoding: 'utf8' })) as {
    seconds: number
    counts: number[]
  }
  const rowsOf = () => featureRows({ rows, columns: COLUMNS, data }, file)
  const only = await timed(async () => (await separabilityCounts(rowsOf()))[0].unique)
  const whole = await timed(async () => (await separability(rowsOf())).counts[0].unique)
  console.log(`counts: ${only.counts.join(' ')}`)
  for (const [name, { counts, seconds }] of Object.entries({ 'counts only': only, 'with nearest': whole })) {
    const differing = counts.filter((count, i) => count !== theirs.counts[i]).length
    const median = seconds.toSorted((a, b) => a - b)[Math.floor(REPEATS / 2)]
    console.log(
      `${name}: ${differing} of ${counts.length} differ from the authors' (${theirs.counts.length}); the authors' script ` +
        `${theirs.seconds.toFixed(2)} s, here ${median.toFixed(3)} s (median of ${REPEATS}: ` +
        `${seconds.map((one) => one.toFixed(2)).join(', ')}); ${(theirs.seconds / median).toFixed(1)} times as fast`,
    )
  }
} finally {
  await rm(folder, { recursive: true })
}
