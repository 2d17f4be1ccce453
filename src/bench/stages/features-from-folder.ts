import { imageFeatures } from '../image-features.js'
import { imageStage } from '../image-stage.js'

/** `features images` of a folder of identities. */
export const featuresFromFolder = imageStage('features, folder', 'recogniser', 'folder', imageFeatures)
