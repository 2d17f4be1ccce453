import type { FeatureKey } from '../../src/features/cache.js'

/** What a small entry of the feature cache is kept by. */
export const SMALL_KEY: FeatureKey = {
  model: 'm',
  data: 'd',
  preprocessing: 1,
  output: 2,
  mirrored: false,
  provider: 'cpu',
}
/** Its numbers. */
export const SMALL_ROWS = Float32Array.of(1, 2, 3, 4, 5, 6)
