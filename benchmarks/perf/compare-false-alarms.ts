/**
 * How often a comparison raises a regression without a true change (nine test sets of 6,000 pairs, 95 % accuracy, 3 %
 * of the pairs discordant), and how often it catches a true drop of one point: on the only test set, on one of nine.
 *
 *     node build/benchmarks/perf/compare-false-alarms.js [runs=1000] [first seed=1]
 */
import { compareRuns } from '../../src/compare/compare-runs.js'
import { discordanceOf, lossProbability } from '../../src/compare/mcnemar.js'
import { policySchema } from '../../src/compare/policy.js'
import { unpackUint8 } from '../../src/results/packing.js'
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
const policy = policySchema.parse({ resamples: 200 })

/** Whether any cell alone has a p-value that could count: without one there is no regression, and no need to resample. */
function couldRaise(base: Results, next: Results): boolean {
  return base.verification.some(({ correct }, i) => {
    const found = discordanceOf(unpackUint8(correct), unpackUint8(next.verification[i].correct))
    return lossProbability(found) <= policy.alpha
  })
}

function alarms(name: string, behaviours: Record<string, Behaviour>): void {
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

alarms('nine test sets, no true change', all(UNCHANGED))
alarms('one test set, one point lost', { lfw: ONE_POINT_LOST })
alarms('nine test sets, one point lost on one', { ...all(UNCHANGED), lfw: ONE_POINT_LOST })
