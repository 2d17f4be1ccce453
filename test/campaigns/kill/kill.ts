import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setup } from '../../build.js'
import { wholeNumber } from '../whole-number.js'
import { killStage, type StageTally } from './campaign.js'
import type { KilledStage } from './stage.js'
import { KILLED_STAGES } from './stages/list.js'

const USAGE = `npm run kill -- [stage ..] [--kills N] [--seed N] [--log FILE]

Kills commands (SIGKILL) at random moments, or fills their disk, runs them again, and compares each end with an
undisturbed one.

Stages (default: all): ${KILLED_STAGES.map(({ id }) => id).join(', ')}
--kills N   of all stages together (default: 100)
--seed N    what the moments come from (default: of the time)
--log FILE  a line of JSON every 10 kills and as a stage is done`

function chosen(ids: readonly string[]): readonly KilledStage[] {
  const unknown = ids.find((id) => !KILLED_STAGES.some((stage) => stage.id === id))
  if (unknown !== undefined) throw new Error(`no stage '${unknown}'\n\n${USAGE}`)
  return ids.length === 0 ? KILLED_STAGES : KILLED_STAGES.filter(({ id }) => ids.includes(id))
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kills: { type: 'string', default: '100' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      log: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) {
    console.log(USAGE)
    return 0
  }
  const stages = chosen(positionals)
  const kills = wholeNumber('kills', values.kills)
  const seed = wholeNumber('seed', values.seed)
  setup()
  const folder = mkdtempSync(join(tmpdir(), 'vec2face-bench-kill-'))
  const keep = (tally: StageTally) => {
    if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify({ seed, ...tally })}\n`)
  }
  const tallies: StageTally[] = []
  console.log(`seed ${seed}\n${'stage'.padEnd(28)}    kills     ends findings   s whole  s a kill`)
  try {
    for (const stage of stages) {
      const reason = await stage.skip?.()
      if (reason !== undefined) {
        console.log(`${stage.id.padEnd(28)} skipped: ${reason}`)
        continue
      }
      const tally = await killStage(
        stage,
        join(folder, stage.id),
        Math.ceil(kills / stages.length),
        seed,
        (now) => {
          if (now.kills % 10 === 0) keep(now)
          return true
        },
      )
      keep(tally)
      tallies.push(tally)
      console.log(
        [
          stage.id.padEnd(28),
          ...[tally.kills, tally.ends, tally.findings.length].map((n) => String(n).padStart(9)),
          tally.undisturbed.toFixed(1).padStart(10),
          (tally.computed / Math.max(1, tally.kills)).toFixed(1).padStart(10),
        ].join(''),
      )
      for (const finding of tally.findings) console.log(`  ${finding}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const total = (count: (tally: StageTally) => number) =>
    tallies.reduce((sum, tally) => sum + count(tally), 0)
  const findings = total((tally) => tally.findings.length)
  console.log(
    `${total((tally) => tally.kills)} kills, ${total((tally) => tally.ends)} ends compared, ${findings} findings`,
  )
  return findings === 0 ? 0 : 1
}

process.exitCode = await main()
