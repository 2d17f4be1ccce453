/**
 * Fast exact comparison of many rows with many: which pairs have a cosine above what is asked.
 *
 * @example
 * const rows = featureRows(await readFeatures('features.npy'), 'features.npy')
 * const index = new RowIndex(await fastestKernel())
 * index.append(rows)
 * for (const { row, column, similarity } of await pairsAbove(queries, index, 0.4)) ...
 */
export { type DeviceKernel, openDeviceKernel } from './device-kernel.js'
export { fastestKernel, kernelOn } from './fastest-kernel.js'
export { cosine, type FeatureRows, featureRows, sliceRows } from './feature-rows.js'
export { likelyNearest } from './likely-nearest.js'
export { type NearestOptions, type NearestRows, nearestRows } from './nearest-rows.js'
export {
  type Needs,
  type PairVisitor,
  type SearchOptions,
  searchOwnPairs,
  searchPairs,
} from './pair-search.js'
export { type Pair, pairsAbove } from './pairs-above.js'
export { productLoss } from './product-loss.js'
export { BLOCK_ROWS, type ProductKernel, RowIndex } from './row-index.js'
export { openFloatKernel, openIntegerKernel, type TileKernel } from './tile-kernel.js'
