/**
 * The programming interface of vec2face-bench: what the command line is made of. Here is what most programs begin with;
 * the rest is by room: `vec2face-bench/metrics`, `/evaluate`, `/features`, `/generate` .. (README, From TypeScript).
 *
 * @example
 * import { loadModel, ModelSession, openTestSet, extractFeatures, requireRole, verify, PAPER_PROTOCOL } from 'vec2face-bench'
 *
 * const model = requireRole(await loadModel('r50.onnx'), 'recogniser')
 * const session = await ModelSession.open(model)
 * const lfw = await openTestSet('lfw.bin')
 * const features = await extractFeatures(session, lfw, { mirrored: true })
 * const { accuracy, std } = verify(features, lfw.pairs, PAPER_PROTOCOL, (image) => lfw.imageName(image), lfw.folds)
 *
 * @module
 */
export * from './datasets/dataset.js'
export { openDataset } from './datasets/open-dataset.js'
export * from './errors.js'
export * from './evaluate/distances.js'
export * from './evaluate/roc.js'
export * from './evaluate/verification.js'
export { FeatureCache } from './features/cache.js'
export * from './features/extraction.js'
export * from './features/feature-file.js'
export type * from './models/descriptor.js'
export { draftDescriptor, readPorts } from './models/draft-descriptor.js'
export * from './models/model.js'
export * from './models/session.js'
export * from './progress.js'
export { RandomStream } from './random/philox.js'
export { type ReportForm, renderReport, writeReport } from './report/render.js'
export { isOf, metricsOf } from './results/evaluation.js'
export { readResults, writeResults } from './results/file.js'
export { metricName, sameMetric } from './results/metric.js'
export type * from './results/schema.js'
export { openTestSet } from './test-sets/open-test-set.js'
export { readPairLabels } from './test-sets/pair-labels.js'
export * from './test-sets/test-set.js'
