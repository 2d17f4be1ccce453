import type { ProtocolKind } from '../results/evaluation.js'
import { protocolChange } from './changes.js'
import type { Difference } from './difference.js'
import type { Policy } from './policy.js'
import { type Cell, type CellOf, isCellOf } from './side.js'
import { verificationDifferences } from './verification-differences.js'

/** How evaluations of one protocol are compared. */
interface ComparedProtocol<K extends ProtocolKind> {
  /** why two cells can't be compared though test set and protocol are called the same; undefined where they can */
  readonly obstacle: (base: CellOf<K>, next: CellOf<K>) => string | undefined
  readonly differences: (base: CellOf<K>, next: CellOf<K>, policy: Policy, roc: boolean) => Difference[]
}

const PROTOCOLS: { readonly [K in ProtocolKind]: ComparedProtocol<K> } = {
  pairs: { obstacle: otherPairs, differences: verificationDifferences },
}

/** Why a cell that both sides have can't be compared; undefined where it can. */
export function obstacle(base: Cell, next: Cell): string | undefined {
  const { kind } = base.evaluation.protocol
  if (!isCellOf(base, kind) || !isCellOf(next, kind))
    return `another protocol: ${kind} -> ${next.evaluation.protocol.kind}`
  const other = PROTOCOLS[kind].obstacle(base, next)
  if (other !== undefined) return other
  const [a, b] = [base.testSet.fingerprint, next.testSet.fingerprint]
  if (a !== b) return `different ${kind}: the test set's files differ (${a.slice(0, 12)}, ${b.slice(0, 12)})`
  const protocol = protocolChange(base, next)
  return protocol === undefined
    ? undefined
    : `another protocol: ${protocol} (verify both with the same flags, or the same spec)`
}

/** The numbers of a cell in both runs; {@link obstacle} has found none. */
export function evaluationDifferences(base: Cell, next: Cell, policy: Policy, roc: boolean): Difference[] {
  const { kind } = base.evaluation.protocol
  if (!isCellOf(base, kind) || !isCellOf(next, kind)) return []
  return PROTOCOLS[kind].differences(base, next, policy, roc)
}

function otherPairs(base: CellOf<'pairs'>, next: CellOf<'pairs'>): string | undefined {
  const [a, b] = [base.testSet, next.testSet]
  if (a.pairs !== b.pairs) return `different pairs: ${a.pairs} in the base run, ${b.pairs} in the new one`
  if (a.labels !== b.labels) return 'different pairs: the labels differ'
  const sameProtocol = protocolChange(base, next) === undefined && a.fingerprint === b.fingerprint
  return sameProtocol && base.evaluation.foldOf !== next.evaluation.foldOf
    ? 'another protocol: the folds differ'
    : undefined
}
