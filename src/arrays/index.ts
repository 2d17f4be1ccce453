/**
 * Rows of numbers: matrices, `.npy` and `.npz`, and whatever else features, vectors and labels come in.
 *
 * @example
 * import { encodeNpy, openRows } from 'vec2face-bench/arrays'
 *
 * const rows = await openRows('features.npy') // an array of a .npz and tables of text, too
 * console.log(rows.rows, rows.columns)
 *
 * @module
 */
export { type Floats, type Matrix, rowsOf } from './matrix.js'
export { asMatrix, encodeNpy, type NpyArray, type NpyType, readNpy } from './npy.js'
export { NpyRowWriter } from './npy-row-writer.js'
export { encodeNpz, readNpz } from './npz.js'
export { openRows } from './open-rows.js'
export type { RowBlock, RowFile } from './row-file.js'
