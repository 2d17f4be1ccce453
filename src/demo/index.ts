export {
  ATTRIBUTES,
  type AttributeName,
  type Attributes,
  NEUTRAL_ATTRIBUTES,
  qualityOf,
} from './attributes.js'
export {
  IDENTITY_PARAMETERS,
  type Identity,
  type IdentityFamily,
  type IdentityParameter,
  sampleIdentity,
  TRAINING_IDENTITIES,
  type Traits,
  traitsOf,
} from './identity.js'
export { realLikeImages } from './real-like-images.js'
export { FaceRenderer, RENDERER_VERSION, renderImage } from './render/face-renderer.js'
export type { RenderRequest } from './render/render-batch.js'
export { RenderPool } from './render/render-pool.js'
export { IMAGE_BYTES, IMAGE_SIDE } from './render/sensor.js'
export { ATTRIBUTE_PRESETS, type AttributePreset, sampleAttributes } from './sampling.js'
export { DEMO_TEST_SETS, type DemoTestSet, fullPairsPerFold } from './test-sets/demo-test-sets.js'
export {
  type DemoTestSetOptions,
  demoTestSetNamed,
  imagesToDraw,
  makeDemoTestSet,
} from './test-sets/make-demo-test-set.js'
export { type TrainingImage, type TrainingImageOptions, trainingImages } from './training-images.js'
