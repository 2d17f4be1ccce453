/**
 * How often intervals of a difference hold it where few of many pairs are decided differently, exactly: the pairs lost and
 * won are Poisson then, and the chances of all their numbers are summed up. For the true accept rates of the settings near 1 of
 * `simulated-scores.ts`, at thresholds held fixed, and for equal recognisers that lose 1, 2, 4 .. pairs to each other.
 * Writes the table of `docs/intervals.md` between its two marks.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/intervals/few-pairs.js [--write docs/intervals.md]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { normalQuantile, normalTail } from '../../src/evaluate/normal.js'
import { pairedScoreLimits } from '../../src/evaluate/paired-score-interval.js'
import { SETTINGS, type Setting } from './simulated-scores.js'

const { values } = parseArgs({ options: { write: { type: 'string' } } })
const Z = normalQuantile(0.975)
const MOST = 120

type Holds = (won: number, lost: number, truth: number) => boolean

const aroundDifference =
  (added: number): Holds =>
  (won, lost, truth) =>
    Math.abs(won - lost - truth) <= Z * Math.sqrt(won + lost + added) + 1e-9

/** Whether the mid-p sign test (McNemar's) keeps that both are equal. */
const signTest: Holds = (won, lost) => {
  const [pairs, more] = [won + lost, Math.max(won, lost)]
  let choose = 1
  let tail = 0
  for (let i = pairs; i >= more; i--) {
    tail += (i === more ? 0.5 : 1) * choose * 2 ** -pairs
    choose = (choose * i) / (pairs - i + 1)
  }
  return pairs === 0 || 2 * tail > 0.05
}

const METHODS: Readonly<Record<string, Holds>> = {
  Wald: aroundDifference(0),
  'Bonett and Price': aroundDifference(2),
  'score (Tango), used here': (won, lost, truth) => {
    const { low, high } = pairedScoreLimits(won - lost, won + lost, Z)
    return low - 1e-9 <= truth && truth <= high + 1e-9
  },
}

function poisson(mean: number): number[] {
  const chances = [Math.exp(-mean)]
  for (let count = 1; count < MOST; count++) chances.push((chances[count - 1] * mean) / count)
  return chances
}

function coverage(won: number, lost: number, holds: Holds): number {
  const [wins, losses] = [poisson(won), poisson(lost)]
  let sum = 0
  for (let w = 0; w < MOST; w++)
    for (let l = 0; l < MOST; l++) if (holds(w, l, won - lost)) sum += wins[w] * losses[l]
  return sum
}

/** Same pairs in the mean that the first recogniser rejects at a false accept rate and the second accepts (Simpson's rule). */
function wonOf({ pairs, correlation }: Setting, first: number, second: number, far: number): number {
  const [a, b] = [first, second].map((accuracy) => 2 * normalQuantile(accuracy) + normalQuantile(far))
  const rest = Math.sqrt(1 - correlation ** 2)
  const chance = (x: number) =>
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * normalTail((-b - correlation * x) / rest)
  const [steps, width] = [2000, 10]
  let sum = 0
  for (let i = 0; i <= steps; i++)
    sum += chance(-a - (width * i) / steps) * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2)
  return ((pairs / 2) * sum * width) / steps / 3
}

const percent = (share: number) => (100 * share).toFixed(1)
function row(name: string, won: number, lost: number): string {
  const shares = Object.values(METHODS).map((holds) => percent(coverage(won, lost, holds)))
  const sign = won === lost ? percent(coverage(won, lost, signTest)) : ''
  const cells = [
    `${won.toPrecision(2)}, ${lost.toPrecision(2)}`,
    percent(Math.exp(-won - lost)),
    ...shares,
    sign,
  ]
  return `| ${name} | ${cells.join(' | ')} |`
}

const near = SETTINGS.filter(({ base, subjects }) => base > 0.99 && subjects === undefined)
const lines = [
  `| where | pairs won, lost in the mean | no pair, % of sets | ${Object.keys(METHODS).join(' | ')} | mid-p sign test |`,
  `| --- | --- | ---: |${' ---: |'.repeat(Object.keys(METHODS).length + 1)}`,
  ...near.flatMap((setting) =>
    [0.1, 0.01].map((far) => {
      const { name, base, next } = setting
      return row(`${name}, TAR at ${far}`, wonOf(setting, base, next, far), wonOf(setting, next, base, far))
    }),
  ),
  ...[1, 2, 4, 8, 16].map((pairs) => row('equal recognisers', pairs, pairs)),
  ...[
    [3, 1],
    [8, 4],
  ].map(([won, lost]) => row('one is better', won, lost)),
]
console.log(lines.join('\n'))
if (values.write !== undefined) {
  const [before, , after] = (await readFile(values.write, 'utf8')).split(
    /<!-- (?:few pairs|few pairs end) -->/,
  )
  const table = `<!-- few pairs -->\n\n${lines.join('\n')}\n\n<!-- few pairs end -->`
  await writeFile(values.write, `${before}${table}${after}`)
}
