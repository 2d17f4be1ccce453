import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RandomStream } from '../../../src/random/philox.js'
import { runUntil } from './killed-process.js'
import type { Command, KilledStage, PreparedStage, Step } from './stage.js'

export interface StageTally {
  readonly id: string
  kills: number
  /** times that all commands came to their end and the result was compared */
  ends: number
  /** seconds of processor time of the undisturbed commands, and of the killed ones with those that came to the end */
  undisturbed: number
  computed: number
  /** what differed, or how a command failed */
  readonly findings: string[]
}

/** Kills before a command is let come to its end: else a stage with little to resume might never. */
const MOST_IN_A_ROW = 8
/** Faults of a stage that are told before it is given up. */
const MOST_FINDINGS = 10
/** Refusals in a row that another process can explain, and milliseconds between them. */
const MOST_REFUSALS = 300
const REFUSED_FOR = 300

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
  const tally: StageTally = { id: stage.id, kills: 0, ends: 0, undisturbed: 0, computed: 0, findings: [] }
  await mkdir(folder, { recursive: true })
  const prepared = await stage.prepare(folder)
  const { clear = (out: string) => rm(out, { recursive: true, force: true }) } = prepared
  try {
    const moments = new RandomStream(seed, 'kills')
    const whole = join(folder, 'whole')
    const computed: number[][] = []
    let expected: Record<string, string>
    try {
      for (const step of prepared.commands(whole))
        computed.push(await together(step, () => undisturbed, tally))
      expected = await prepared.result(whole)
      if (Object.keys(expected).length === 0) throw new Error('no result to compare')
    } catch (error) {
      // Nothing was killed: the other stages are tried all the same.
      tally.findings.push(`undisturbed: ${(error as Error).message}`)
      return tally
    }
    tally.undisturbed = tally.computed
    tally.computed = 0
    do {
      const out = join(folder, `killed-${tally.ends}`)
      try {
        await killedEnd(prepared, out, computed, kills, moments, tally, more)
        tally.findings.push(...differences(expected, await prepared.result(out)))
      } catch (error) {
        tally.findings.push((error as Error).message)
      }
      tally.ends++
      await clear(out)
    } while (tally.kills < kills && tally.findings.length < MOST_FINDINGS && more(tally))
    return tally
  } finally {
    prepared.close?.()
  }
}

/** Runs all commands to their end, with kills on the way. */
async function killedEnd(
  prepared: PreparedStage,
  out: string,
  computed: readonly number[][],
  kills: number,
  moments: RandomStream,
  tally: StageTally,
  more: (tally: StageTally) => boolean,
): Promise<void> {
  for (const [i, step] of prepared.commands(out).entries())
    await together(
      step,
      (place) => {
        let inARow = 0
        return {
          next() {
            const spared = tally.kills >= kills || inARow++ >= MOST_IN_A_ROW || !more(tally)
            const share = spared ? undefined : moments.next()
            return {
              share,
              seconds: share === undefined ? Number.POSITIVE_INFINITY : share * computed[i][place],
            }
          },
          killed() {
            tally.kills++
          },
        }
      },
      tally,
    )
}

/** When one command is to be interrupted. */
interface Fate {
  /** @returns the share of the command that is computed by then, and seconds of computing */
  next(): { readonly share: number | undefined; readonly seconds: number }
  killed(): void
}

const undisturbed: Fate = {
  next: () => ({ share: undefined, seconds: Number.POSITIVE_INFINITY }),
  killed() {},
}

/** Runs what a step has at the same time, each to its end. @returns seconds of computing, each. @throws Error of the first that fails */
async function together(step: Step, fateOf: (place: number) => Fate, tally: StageTally): Promise<number[]> {
  const commands: readonly Command[] = 'args' in step ? [step] : step
  const failed = new AbortController()
  const endings = commands.map((command, place) =>
    toItsEnd(command, fateOf(place), failed.signal, tally).catch((error: unknown) => {
      failed.abort()
      throw error
    }),
  )
  await Promise.allSettled(endings)
  return Promise.all(endings)
}

async function toItsEnd(
  command: Command,
  fate: Fate,
  signal: AbortSignal,
  tally: StageTally,
): Promise<number> {
  const { interruption } = command
  for (let refusals = 0; !signal.aborted; ) {
    const { share, seconds } = fate.next()
    await interruption?.set(share)
    const limit = interruption === undefined ? seconds : Number.POSITIVE_INFINITY
    const { how, computed } = await runUntil(command, limit, signal)
    tally.computed += computed
    if (how === 'ended') return computed
    if (how === 'killed') fate.killed()
    else if (++refusals > MOST_REFUSALS)
      throw new Error(`${command.args.slice(0, 2).join(' ')} is refused again and again`)
    else await sleep(REFUSED_FOR)
  }
  return 0
}

function differences(expected: Record<string, string>, found: Record<string, string>): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...names]
    .filter((name) => expected[name] !== found[name])
    .map(
      (name) => `${name} ${name in found ? (name in expected ? 'differs' : 'is left over') : 'is missing'}`,
    )
}
