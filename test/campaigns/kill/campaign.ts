import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RandomStream } from '../../../src/random/philox.js'
import { runUntil } from './killed-process.js'
import type { KilledStage, PreparedStage } from './stage.js'

export interface StageTally {
  readonly id: string
  kills: number
  /** times that all commands came to their end and the result was compared */
  ends: number
  /** what differed, or how a command failed */
  readonly findings: string[]
}

/** Kills before a command is let come to its end: else a stage with little to resume might never. */
const MOST_IN_A_ROW = 8

/**
 * Kills a stage at random moments, each time starting it again, until there were so many kills; compares each end with
 * that of a run that nobody disturbed.
 * @param more asked after each kill whether there is time for another
 */
export async function killStage(
  stage: KilledStage,
  folder: string,
  kills: number,
  seed: number,
  more: (tally: StageTally) => boolean = () => true,
): Promise<StageTally> {
  const tally: StageTally = { id: stage.id, kills: 0, ends: 0, findings: [] }
  await mkdir(folder, { recursive: true })
  const prepared = await stage.prepare(folder)
  try {
    const moments = new RandomStream(seed, 'kills')
    const whole = join(folder, 'whole')
    const computed: number[] = []
    for (const command of prepared.commands(whole))
      computed.push((await runUntil(command, Number.POSITIVE_INFINITY)).computed)
    const expected = await prepared.result(whole)
    if (Object.keys(expected).length === 0) throw new Error(`${stage.id} has no result to compare`)
    do {
      const out = join(folder, `killed-${tally.ends}`)
      try {
        await killedEnd(prepared, out, computed, kills, moments, tally, more)
        tally.findings.push(...differences(expected, await prepared.result(out)))
      } catch (error) {
        tally.findings.push((error as Error).message)
      }
      tally.ends++
      await rm(out, { recursive: true, force: true })
    } while (tally.kills < kills && more(tally))
    return tally
  } finally {
    prepared.close?.()
  }
}

/** Runs all commands to their end, with kills on the way. */
async function killedEnd(
  prepared: PreparedStage,
  out: string,
  computed: readonly number[],
  kills: number,
  moments: RandomStream,
  tally: StageTally,
  more: (tally: StageTally) => boolean,
): Promise<void> {
  for (const [i, command] of prepared.commands(out).entries()) {
    for (let inARow = 0; ; inARow++) {
      const spared = tally.kills >= kills || inARow >= MOST_IN_A_ROW || !more(tally)
      const { killed } = await runUntil(
        command,
        spared ? Number.POSITIVE_INFINITY : moments.next() * computed[i],
      )
      if (!killed) break
      tally.kills++
    }
  }
}

function differences(expected: Record<string, string>, found: Record<string, string>): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...names]
    .filter((name) => expected[name] !== found[name])
    .map(
      (name) => `${name} ${name in found ? (name in expected ? 'differs' : 'is left over') : 'is missing'}`,
    )
}
