/**
 * A run's parts, made by a pool of workers on Redis.
 *
 * @example
 * import { joinRun } from 'vec2face-bench/generate'
 * import { produceParts, workOnParts } from 'vec2face-bench/generate/queue'
 *
 * const run = await joinRun('hsface10k')
 * console.log(run.path, typeof produceParts, typeof workOnParts)
 *
 * @module
 */

export type { PoolOptions } from '../../jobs/redis.js'
export { produceParts } from './produce.js'
export { type WorkOptions, workOnParts } from './work.js'
