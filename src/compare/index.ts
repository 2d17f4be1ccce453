/**
 * Two runs against each other: pair by pair, corrected for many metrics, with a verdict a metric.
 *
 * @example
 * import { compareRuns, DEFAULT_POLICY } from 'vec2face-bench/compare'
 * import { readRuns } from 'vec2face-bench/results'
 *
 * const comparison = compareRuns(await readRuns(['baseline.json']), await readRuns(['results.json']), {
 *   policy: { ...DEFAULT_POLICY, alpha: 0.01 },
 * })
 * console.log(comparison.outcome)
 *
 * @module
 */
export type { Change } from './changes.js'
export { compareRuns, EXIT_CODES, type RunComparison } from './compare-runs.js'
export { DEFAULT_POLICY, type Policy, policySchema, readPolicy } from './policy.js'
export { type Renamed, withOldNames } from './renamed.js'
export type { Judged, Verdict } from './verdict.js'
