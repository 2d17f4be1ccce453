/**
 * How often the intervals hold the true value, by simulation: scores are normal, so that accuracy, AUC, EER and TAR are
 * known in closed form. Writes the table of `docs/intervals.md` between its two marks, a setting at a time: with `--setting 2,4`
 * those alone, and the others' rows stay.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/intervals/coverage.js [--simulations 500] [--write docs/intervals.md]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type JudgedPairs, scoreEstimates } from '../../src/evaluate/estimates.js'
import { consecutiveFolds, type Folds } from '../../src/evaluate/folds.js'
import { kFoldVerification } from '../../src/evaluate/k-fold-verification.js'
import { normalQuantile } from '../../src/evaluate/normal.js'
import { areaUnderCurve, equalErrorRate, rocCurve, tarAtFar } from '../../src/evaluate/roc.js'
import { estimateLimits, pairedLimits } from '../../src/evaluate/uncertainty.js'
import { SETTINGS, type Setting, simulate, truthOf } from './simulated-scores.js'

const { values } = parseArgs({
  options: {
    simulations: { type: 'string', default: '500' },
    resamples: { type: 'string', default: '200' },
    setting: { type: 'string' },
    write: { type: 'string' },
  },
})
const simulations = Number(values.simulations)
const RATES = [1e-1, 1e-2]
const Z = normalQuantile(0.975)

function judge(distances: Float64Array, same: Uint8Array, folds: Folds): JudgedPairs {
  const { accuracy, correct } = kFoldVerification(() => distances, same, folds)
  const roc = rocCurve(distances, same)
  const tar = RATES.map((rate) => tarAtFar(roc, rate))
  return { distances, correct, accuracy, auc: areaUnderCurve(roc), eer: equalErrorRate(roc), tar }
}

/** Columns of the table, and how often each held the truth. */
function coverageOf(setting: Setting): Map<string, number> {
  const held = new Map<string, number>()
  const count = (column: string, low: number, high: number, truth: number): void => {
    const rounding = 1e-12
    const holds = low - rounding <= truth && truth <= high + rounding
    held.set(column, (held.get(column) ?? 0) + (holds ? 1 : 0))
  }
  const truths = [setting.base, setting.next].map((accuracy) => truthOf(accuracy, RATES))
  for (let seed = 1; seed <= simulations; seed++) {
    const { same, base, next, subjects } = simulate(setting, seed)
    const folds = consecutiveFolds(same.length, 10)
    const judged = [base, next].map((distances) => judge(distances, same, folds))
    const sampling = { seed, resamples: Number(values.resamples), rates: RATES }
    const [a, b] = scoreEstimates(judged, same, folds, sampling)
    const { low, high } = estimateLimits(a.accuracy, subjects, Z)
    count('accuracy', low, high, truths[0].accuracy)
    const paired = (
      column: string,
      of: (side: typeof a) => typeof a.accuracy,
      truth: (t: (typeof truths)[0]) => number,
    ) => {
      const limits = pairedLimits(of(a), of(b), subjects, Z)
      count(column, limits.low, limits.high, truth(truths[1]) - truth(truths[0]))
    }
    const roc = (side: typeof a) => {
      if (side.roc === undefined) throw new RangeError('no rates were asked for')
      return side.roc
    }
    paired(
      'accuracy, difference',
      (side) => side.accuracy,
      (t) => t.accuracy,
    )
    paired(
      'AUC, difference',
      (side) => roc(side).auc,
      (t) => t.auc,
    )
    paired(
      'EER, difference',
      (side) => roc(side).eer,
      (t) => t.eer,
    )
    RATES.forEach((rate, i) => {
      paired(
        `TAR at ${rate}, difference`,
        (side) => roc(side).tar[i],
        (t) => t.tar[i],
      )
    })
  }
  return held
}

const head: string[] = []
const rows = new Map<string, string>()
for (const [i, setting] of SETTINGS.entries()) {
  if (values.setting !== undefined && !values.setting.split(',').includes(String(i))) continue
  const held = coverageOf(setting)
  if (head.length === 0) {
    head.push(
      `| setting | simulations | ${[...held.keys()].join(' | ')} |`,
      `| --- | ---: |${' ---: |'.repeat(held.size)}`,
    )
    console.log(head[0])
  }
  const shares = [...held.values()].map((times) => ((100 * times) / simulations).toFixed(1))
  const row = `| ${setting.name} | ${simulations} | ${shares.join(' | ')} |`
  console.log(row)
  rows.set(setting.name, row)
  if (values.write !== undefined) await write(values.write)
}

/** Puts the rows that are there into the table, each as soon as it is done; rows of other settings stay. */
async function write(path: string): Promise<void> {
  const [before, table, after] = (await readFile(path, 'utf8')).split(/<!-- (?:table|end) -->/)
  const kept = (name: string) => table.split('\n').find((line) => line.startsWith(`| ${name} |`))
  const lines = SETTINGS.flatMap(({ name }) => rows.get(name) ?? kept(name) ?? [])
  const text = ['Nominal 95 %, covered in %:', '', ...head, ...lines].join('\n')
  await writeFile(path, `${before}<!-- table -->\n\n${text}\n\n<!-- end -->${after}`)
}
