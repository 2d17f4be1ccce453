import { imageFeatures } from '../image-features.js'
import { imageStage } from '../image-stage.js'

/** `features images` of a RecordIO. */
export const featuresFromRecordIo = imageStage('features, RecordIO', 'recogniser', 'recordio', imageFeatures)
