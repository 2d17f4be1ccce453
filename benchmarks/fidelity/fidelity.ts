/**
 * Runs the comparisons with other code and writes the table `docs/fidelity.md`. Exits with 1 where a difference is above
 * its tolerance. A comparison that lacks Python's modules is told as not run.
 *
 *     npm run fidelity
 */
import { writeFile } from 'node:fs/promises'
import { pythonHas } from '../../test/python.js'
import type { Check } from './check.js'
import { IMAGE_CHECKS } from './images.js'
import { METRIC_CHECKS } from './metrics.js'
import { NETWORK_CHECKS } from './networks.js'
import { STATISTICS_CHECKS } from './statistics.js'
import { VERIFICATION_CHECKS } from './verification.js'

const CHECKS: readonly Check[] = [
  ...VERIFICATION_CHECKS,
  ...METRIC_CHECKS,
  ...IMAGE_CHECKS,
  ...NETWORK_CHECKS,
  ...STATISTICS_CHECKS,
]
const OUT = process.argv[2] ?? 'docs/fidelity.md'

const show = (value: number): string => (value === 0 ? '0' : value.toExponential(1))
const known = new Map<string, boolean>()
/** Asked once for a set of modules: importing them takes seconds. */
const has = (modules: readonly string[]): boolean => {
  const key = modules.join()
  const found = known.get(key) ?? pythonHas(...modules)
  known.set(key, found)
  return found
}
const rows: string[] = []
let failed = 0
for (const check of CHECKS) {
  const missing = check.absent ?? (has(check.needs) ? undefined : 'Python lacks a module')
  let found = `not run: ${missing}`
  let of = ''
  if (missing === undefined) {
    const result = await check.compare()
    // Written so that a difference that is not a number fails, too.
    const within = result.difference <= check.tolerance
    if (!within) failed++
    found = `${show(result.difference)}${within ? '' : ' (too much)'}`
    of = result.of
  }
  rows.push(
    `| ${check.name} | ${check.reference} | ${of} | ${found} | ${show(check.tolerance)} | ${check.unit} |`,
  )
  console.log(rows.at(-1))
}
const text = `# What was compared, with what, and how far it is off

Made by \`npm run fidelity\`, which runs each comparison anew against Debian 12's Python packages; the tests hold more of
them. A difference is the largest one found.

| check | reference | of | difference | tolerance | difference of |
| --- | --- | --- | ---: | ---: | --- |
${rows.join('\n')}

IJB-B and IJB-C are not among them: the program has no protocol for templates, so there is nothing to compare.
`
await writeFile(OUT, text)
process.exitCode = failed > 0 ? 1 : 0
