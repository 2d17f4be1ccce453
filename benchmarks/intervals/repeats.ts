/**
 * How often the interval of a claim of a grid holds the truth: a difference that varies with the seed, with the pair of images, and
 * with both, at a few seeds. Beside the one that is used stands what came before it: Student's over the seeds and the normal one of
 * a seed's pairs, added in squares. Writes the table of `docs/intervals.md` between its two marks.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/intervals/repeats.js [--simulations 2000] [--write docs/intervals.md]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { crossedHalf } from '../../src/evaluate/crossed-mean.js'
import { normalQuantile } from '../../src/evaluate/normal.js'
import { meanOfRepeats } from '../../src/evaluate/student.js'
import { CROSSED_SETTINGS, crossedDifferences } from './simulated-repeats.js'

const { values } = parseArgs({
  options: { simulations: { type: 'string', default: '2000' }, write: { type: 'string' } },
})
const simulations = Number(values.simulations)
const [LEVEL, PAIRS] = [0.95, 400]

function row(seeds: number, { name, ...deviations }: (typeof CROSSED_SETTINGS)[number]): string {
  const covered = { used: 0, before: 0 }
  const width = { used: 0, before: 0 }
  for (let simulation = 0; simulation < simulations; simulation++) {
    const crossed = crossedDifferences(simulation, seeds, PAIRS, deviations)
    const { mean, half: overSeeds = 0 } = meanOfRepeats(crossed.differences, LEVEL)
    const half = {
      used: crossedHalf(crossed, LEVEL),
      before: Math.hypot(overSeeds, normalQuantile((1 + LEVEL) / 2) * Math.sqrt(crossed.alone)),
    }
    for (const way of ['used', 'before'] as const) {
      width[way] += half[way]
      if (Math.abs(mean) < half[way]) covered[way]++
    }
  }
  const percent = (count: number) => ((100 * count) / simulations).toFixed(1)
  const cells = [percent(covered.before), percent(covered.used), (width.used / width.before).toFixed(2)]
  return `| ${seeds} | ${name} | ${cells.join(' | ')} |`
}

const lines = [
  '| seeds | what varies most | before, covered in % | used, covered in % | width, used over before |',
  '| ---: | --- | ---: | ---: | ---: |',
  ...[3, 5, 8].flatMap((seeds) => CROSSED_SETTINGS.map((setting) => row(seeds, setting))),
]
console.log(lines.join('\n'))
if (values.write !== undefined) {
  const [before, , after] = (await readFile(values.write, 'utf8')).split(/<!-- (?:repeats|repeats end) -->/)
  await writeFile(
    values.write,
    `${before}<!-- repeats -->\n\n${lines.join('\n')}\n\n<!-- repeats end -->${after}`,
  )
}
