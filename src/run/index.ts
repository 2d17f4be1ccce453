/**
 * A spec, executed: what it names is found or made, measured, verified, and put into results with what produced them.
 *
 * @example
 * import { silent } from 'vec2face-bench'
 * import { FeatureCache } from 'vec2face-bench/features'
 * import { demoWorld, loadSpec, runSpec } from 'vec2face-bench/run'
 *
 * const results = await runSpec(await loadSpec('quickstart.yaml'), {
 *   sources: demoWorld, // or firstOf([await readPathsFile('paths.yaml'), demoWorld])
 *   session: { provider: 'cpu', threads: 4 },
 *   cacheFolder: 'cache',
 *   cache: new FeatureCache('cache/features'),
 *   progress: silent,
 *   log: console.error,
 *   command: ['my-script'],
 *   pairsPerFold: 20,
 * })
 * console.log(results.evaluations.length)
 *
 * @module
 */
export { adHocResults } from './ad-hoc.js'
export { demoWorld } from './demo-sources.js'
export type { Identified } from './described.js'
export type { CellOverview, GridOverview } from './grid/overview.js'
export { planSpec } from './grid/plan-spec.js'
export { readPathsFile } from './paths-file.js'
export type { RunOptions } from './run-options.js'
export { runSpec } from './run-spec.js'
export { firstOf, type Sources, type SupplyOptions } from './sources.js'
export { type LoadedSpec, loadSpec, type Spec, specSchema } from './spec.js'
export {
  type ResolvedProtocol,
  resolveProtocol,
  type VerifyOptions,
  verifyFeatures,
  verifyModels,
} from './verify-models.js'
