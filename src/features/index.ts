/**
 * Images to features: preprocessing, inference, statistics of sets too large for memory, files of features, a cache.
 *
 * @example
 * import { FeatureCache, identityFeatures, openImageSet, writeImageFeatures } from 'vec2face-bench/features'
 * import { loadModel, ModelSession, requireRole } from 'vec2face-bench/models'
 *
 * const session = await ModelSession.open(requireRole(await loadModel('r50.onnx'), 'recogniser'))
 * const faces = await openImageSet('hsface10k')
 * console.log(faces.imageCount)
 * await session.close()
 *
 * @module
 */

export { type FeatureStatistics, featureStatistics } from '../linear-algebra/streaming-moments.js'
export { FeatureCache, type FeatureKey, featureKey } from './cache.js'
export { datasetFeatures, type LabelledFeatures } from './dataset-features.js'
export {
  type ExtractedFeatures,
  type ExtractionOptions,
  extractFeatures,
  type ImageSource,
} from './extraction.js'
export { readFeatures } from './feature-file.js'
export { type FeatureSet, openFeatureFile } from './feature-set.js'
export { encodeFeatureStatistics, readFeatureStatistics } from './feature-statistics.js'
export { type IdentityFeatureOptions, identityFeatures } from './identity-features.js'
export type { IdentityFeatures } from './identity-sums.js'
export { type ImageFeatureOptions, type WrittenFeatures, writeImageFeatures } from './image-features.js'
export { imageMeasures } from './image-measures.js'
export type { ImageSet, ImageSetOptions } from './image-set.js'
export { openImageSet } from './open-image-set.js'
export { compilePreprocessing, type Preprocessing } from './preprocessing.js'
export { type StreamingOptions, streamStatistics } from './streamed-statistics.js'
