/**
 * The results of a run: the versioned contract between what measures and what shows. Older versions are read as the newest.
 *
 * @example
 * import { metricName, readResults } from 'vec2face-bench/results'
 *
 * const results = await readResults('results.json')
 * for (const { model, testSet } of results.evaluations) console.log(model, testSet)
 * for (const dataset of results.datasets)
 *   for (const metric of dataset.metrics) console.log(metricName(metric), metric.value)
 *
 * @module
 */
export { isOf, metricsOf } from './evaluation.js'
export { readResults, writeResults } from './file.js'
export { metricName, sameMetric } from './metric.js'
export { unpackFloat32, unpackUint8, unpackUint16 } from './packing.js'
export { type NamedResults, readRuns } from './runs.js'
export type * from './schema.js'
export { RESULTS_VERSION, resultsSchema } from './schema.js'
