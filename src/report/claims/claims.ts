import type { Merged } from '../merge.js'
import { CLAIMS } from './catalogue.js'
import { CHECKS, type Need } from './checks.js'
import { gridNeeds, ownClaims } from './grid-claims.js'

/** `not apart`: all was measured, and the interval leaves it open. `not tested`: something was not measured. */
export const CLAIM_VERDICTS = ['supported', 'contradicted', 'not apart', 'not tested'] as const
export type ClaimVerdict = (typeof CLAIM_VERDICTS)[number]

export interface ClaimResult {
  readonly id: string
  readonly claim: string
  readonly verdict: ClaimVerdict
  /** what was measured, with its interval */
  readonly evidence: readonly string[]
  /** why it is not decided */
  readonly open: string
  /** whether any evidence was made with rendered faces */
  readonly demo: boolean
}

type State = 'holds' | 'fails' | 'open' | 'missing'

function stateOf({ contrast, above, atMost }: Need): State {
  if (contrast === undefined) return 'missing'
  if (above !== undefined) {
    return contrast.low > above ? 'holds' : contrast.high < above ? 'fails' : 'open'
  }
  if (atMost !== undefined) {
    return contrast.high < atMost ? 'holds' : contrast.low > atMost ? 'fails' : 'open'
  }
  return 'open'
}

function verdictOf(states: readonly State[]): ClaimVerdict {
  if (states.includes('fails')) return 'contradicted'
  if (states.length === 0 || states.includes('missing')) return 'not tested'
  return states.includes('open') ? 'not apart' : 'supported'
}

/** Specs whose grids test a claim of the paper. */
const GRIDS: Readonly<Record<string, string>> = {
  'attrop-helps': 'benchmarks/attrop.yaml',
  'sigma-too-small': 'benchmarks/sigma.yaml',
  'sigma-too-large': 'benchmarks/sigma.yaml',
  'id-separability-needed': 'benchmarks/identity-similarity.yaml',
}

/** `hsface10k, idiff-face on the five test sets`: what is missing, each thing once. */
function missingParts(needs: readonly Need[]): string[] {
  const places = [...new Set(needs.map(({ where }) => where))]
  return places.map((place) => {
    const names = needs.filter(({ where }) => where === place).flatMap((need) => need.needs)
    return `${[...new Set(names)].join(', ')} ${place}`
  })
}

/**
 * Holds the paper's claims against what was measured. Figures of the paper are never evidence. A claim is contradicted
 * where one of its parts is beyond its 95 % interval, supported where all of them hold.
 */
export function checkClaims(merged: Merged): ClaimResult[] {
  const own = ownClaims(merged).filter(({ id }) => !CLAIMS.some((known) => known.id === id))
  const results = [...CLAIMS, ...own].map(({ id, claim }) => {
    const needs = [...(CHECKS[id]?.(merged) ?? []), ...gridNeeds(merged, id)]
    const states = needs.map(stateOf)
    const verdict = verdictOf(states)
    const contrasts = needs.flatMap(({ contrast }) => contrast ?? [])
    const missing = missingParts(needs.filter((_, i) => states[i] === 'missing'))
    const undecided = states.filter((state) => state === 'open').length
    const open = [
      ...(needs.length === 0
        ? [`needs the results of a grid that tests it (${GRIDS[id] ?? 'benchmarks/'})`]
        : []),
      ...(missing.length === 0 ? [] : [`needs ${missing.join('; ')}`]),
      ...(undecided === 0
        ? []
        : [
            `${undecided} of ${needs.length} comparisons ${undecided === 1 ? 'is' : 'are'} within the interval`,
          ]),
    ].join('; ')
    return {
      id,
      claim,
      verdict,
      evidence: contrasts.map(({ text, demo }) => `${text}${demo ? ' (demo)' : ''}`),
      open: verdict === 'not tested' || verdict === 'not apart' ? open : '',
      demo: contrasts.some(({ demo }) => demo),
    }
  })
  // What was looked at comes first: a report of one ablation tests two claims of twelve.
  return results.toSorted((a, b) => Number(a.evidence.length === 0) - Number(b.evidence.length === 0))
}

/** The claims that a report has something to say of, and the others. */
export function byEvidence(claims: readonly ClaimResult[]): Record<'told' | 'untold', ClaimResult[]> {
  const isTold = ({ evidence }: ClaimResult) => evidence.length > 0
  return { told: claims.filter(isTold), untold: claims.filter((claim) => !isTold(claim)) }
}

/** Whether a report has anything to say of the claims. */
export function anyEvidence(claims: readonly ClaimResult[]): boolean {
  return byEvidence(claims).told.length > 0
}
