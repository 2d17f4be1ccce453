/**
 * How often a comparison raises a regression without a true change, and how often it catches a true drop of one point on
 * 6,000 pairs: on the only test set, on one of nine. The nine sets without a change have 6,000 pairs, 95 % accuracy, 3 %
 * of the pairs discordant; or all kinds of sizes and accuracies; or distances of another scale in the new run.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/perf/compare-false-alarms.js [runs=1000] [first seed=1] [name]
 *
 * With a name only what is called so is simulated: `'lost on one'`.
 */
import { compareRuns } from '../../src/compare/compare-runs.js'
import { policySchema } from '../../src/compare/policy.js'
import { lossProbability } from '../../src/compare/sign-flip.js'
import { changesOf } from '../../src/compare/verification-differences.js'
import { unpackFloat32, unpackUint8 } from '../../src/results/packing.js'
import type { Results } from '../../src/results/schema.js'
import {
  type Behaviour,
  NINE_SETS,
  ONE_POINT_LOST,
  simulatePair,
  UNCHANGED,
} from '../../test/compare/simulated-runs.js'

const runs = Number(process.argv[2] ?? 1000)
const first = Number(process.argv[3] ?? 1)
const only = process.argv[4] ?? ''
const policy = policySchema.parse({ resamples: 200 })

/** Whether any cell alone has a p-value that could count: without one there is no regression, and no need to resample. */
function couldRaise(base: Results, next: Results): boolean {
  return base.evaluations.some(({ distances }, i) => {
    const both = { base: unpackFloat32(distances), next: unpackFloat32(next.evaluations[i].distances) }
    return lossProbability(changesOf(both, unpackUint8(base.testSets[i].labels))) <= policy.alpha
  })
}

function alarms(name: string, behaviours: Record<string, Behaviour>): void {
  if (!name.includes(only)) return
  const started = performance.now()
  let raised = 0
  for (let seed = first; seed < first + runs; seed++) {
    const { base, next } = simulatePair(seed, behaviours)
    if (!couldRaise(base, next)) continue
    const compared = compareRuns([{ path: 'base', results: base }], [{ path: 'new', results: next }], {
      policy,
      roc: false,
    })
    if (compared.outcome === 'regression') raised++
  }
  const seconds = (performance.now() - started) / 1000
  process.stdout.write(
    `${name}: ${raised} of ${runs} raised a regression (${((100 * raised) / runs).toFixed(2)} %), ${seconds.toFixed(0)} s\n`,
  )
}

const all = (behaviour: Behaviour) => Object.fromEntries(NINE_SETS.map((id) => [id, behaviour]))

/** [pairs, accuracy, share of discordant pairs] like those of the nine sets, of small ones among them. */
const KINDS = [
  [6000, 0.998, 0.002],
  [7000, 0.95, 0.03],
  [6000, 0.9, 0.06],
  [6000, 0.975, 0.01],
  [6000, 0.92, 0.2],
  [600, 0.95, 0.03],
  [600, 0.83, 0.1],
  [3000, 0.75, 0.15],
  [200, 0.9, 0.1],
] as const
const various = KINDS.map(([pairs, accuracy, discordant], i) => {
  return [NINE_SETS[i], { pairs, base: accuracy, next: accuracy, discordant }] as const
})

alarms('nine test sets, no true change', all(UNCHANGED))
alarms('nine test sets of all kinds, no true change', Object.fromEntries(various))
alarms('nine test sets, another scale, no true change', all({ ...UNCHANGED, scale: 0.6 }))
alarms('one test set, one point lost', { lfw: ONE_POINT_LOST })
alarms('nine test sets, one point lost on one', { ...all(UNCHANGED), lfw: ONE_POINT_LOST })
