/**
 * Images a second of the demo world's renderer on 1, 2, 4 .. threads (at most the processors there are), in turn in one
 * process so that other load strikes all alike.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/perf/renderer.js [images=400] [rounds=5]
 */
import { availableParallelism } from 'node:os'
import {
  RenderPool,
  type RenderRequest,
  sampleAttributes,
  sampleIdentity,
  traitsOf,
} from '../../src/demo/index.js'

const [IMAGES = 400, ROUNDS = 5] = process.argv.slice(2).map(Number)
const IMAGES_EACH = 10

/** Person by person, as training images are asked for. */
function* requests(count: number): Generator<RenderRequest> {
  for (let first = 0; first < count; first += IMAGES_EACH) {
    const person = first / IMAGES_EACH
    const identity = sampleIdentity(1, 'train', person)
    const traits = traitsOf(identity)
    for (let image = 0; image < Math.min(IMAGES_EACH, count - first); image++)
      yield { identity, attributes: sampleAttributes(1, 'train', person, image, 'train', traits) }
  }
}

async function secondsFor(pool: RenderPool, count: number): Promise<number> {
  const start = performance.now()
  let images = 0
  for await (const image of pool.stream(requests(count))) images += image.length > 0 ? 1 : 0
  if (images !== count) throw new Error(`${count} images were asked for, ${images} came`)
  return (performance.now() - start) / 1000
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]

const counts = [1, 2, 4, 8].filter((threads) => threads <= availableParallelism())
const pools = counts.map((threads) => new RenderPool(threads))
for (const pool of pools) await secondsFor(pool, 150)
const rates = counts.map((): number[] => [])
for (let round = 0; round < ROUNDS; round++)
  for (const [i, pool] of pools.entries()) rates[i].push(IMAGES / (await secondsFor(pool, IMAGES)))
for (const [i, threads] of counts.entries()) {
  const [least, most] = [Math.min(...rates[i]), Math.max(...rates[i])]
  const ratio = median(rates[i]) / median(rates[0])
  process.stdout.write(
    `${threads} thread(s): median ${median(rates[i]).toFixed(0)} images/s (${least.toFixed(0)} .. ${most.toFixed(0)}), ${ratio.toFixed(2)} x one thread\n`,
  )
}
await Promise.all(pools.map((pool) => pool.close()))
