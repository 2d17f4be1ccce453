import fc from 'fast-check'
import { mutants } from './mutation.js'
import { type Finding, isFinding } from './outcome.js'
import type { FuzzedReader } from './reader.js'
import type { WatchedProcess } from './watched-process.js'

/** What came of the files that one reader was given. */
export interface ReaderTally {
  readonly id: string
  files: number
  read: number
  refused: number
  readonly findings: KeptFinding[]
}

/** A fault, with the least damaged file that shows it. */
export interface KeptFinding extends Finding {
  readonly reader: string
  readonly bytes: Uint8Array
}

/** Ends at whichever comes first. */
export interface Budget {
  readonly files: number
  readonly milliseconds: number
}

/** Faults of one reader that are sought before it is given up. */
const MOST_FINDINGS = 10

/** Gives a reader damaged files. Each fault is shrunk to the least damage that shows it, and is told once. */
export async function fuzzReader(
  reader: FuzzedReader,
  process: WatchedProcess,
  { files, milliseconds }: Budget,
  seed: number,
): Promise<ReaderTally> {
  const tally: ReaderTally = { id: reader.id, files: 0, read: 0, refused: 0, findings: [] }
  const seeds = await reader.seeds()
  await requireValid(reader, seeds, process)
  const end = performance.now() + milliseconds
  const known = new Set<string>()
  const arbitrary = mutants(seeds, reader.words)
  for (let round = 0; tally.files < files && tally.findings.length < MOST_FINDINGS; round++) {
    const left = end - performance.now()
    if (left <= 0) break
    const first: { fault?: Finding } = {}
    const property = fc.asyncProperty(arbitrary, async (bytes) => {
      tally.files++
      const outcome = await process.read({ reader: reader.id, bytes })
      if (outcome.kind === 'read' || outcome.kind === 'refused') tally[outcome.kind]++
      if (!isFinding(outcome) || known.has(signature(outcome))) return
      // While it is shrunk, another fault is not the same one.
      first.fault ??= outcome
      if (signature(outcome) === signature(first.fault)) throw new Error(outcome.what)
    })
    const details = await fc.check(property, {
      seed: seed + round,
      numRuns: files - tally.files,
      interruptAfterTimeLimit: left,
      markInterruptAsFailure: false,
    })
    const { fault } = first
    if (fault !== undefined && details.counterexample !== null) {
      known.add(signature(fault))
      tally.findings.push({ ...fault, reader: reader.id, bytes: details.counterexample[0] })
    }
  }
  return tally
}

/** Numbers in a message differ from file to file where the fault is one. */
const signature = ({ kind, what }: Finding): string =>
  `${kind} ${what.replaceAll(/\d+/g, '#').slice(0, 80)}${/\([^()]*\)$/.exec(what)?.[0] ?? ''}`

/** What is refused undamaged teaches nothing. */
async function requireValid(
  { id }: FuzzedReader,
  seeds: readonly Uint8Array[],
  process: WatchedProcess,
): Promise<void> {
  for (const [number, bytes] of seeds.entries()) {
    const outcome = await process.read({ reader: id, bytes })
    if (outcome.kind !== 'read') throw new Error(`${id}: seed ${number} is not read: ${outcome.what}`)
  }
}
