import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeNpy } from '../../src/arrays/npy.js'

/** A comparison of this program with other code or with a closed form. */
export interface Check {
  readonly name: string
  /** what it is compared with: `Pillow`, `SciPy's sqrtm` */
  readonly reference: string
  /** what the difference is of: `levels`, `relative` */
  readonly unit: string
  /** the most that is allowed */
  readonly tolerance: number
  /** Python's modules that it needs */
  readonly needs: readonly string[]
  /** what else it needs and is not there */
  readonly absent?: string
  /** the largest difference, and of how many numbers or files */
  readonly compare: () => Promise<{ readonly difference: number; readonly of: string }>
}

/** Runs with a folder for files to hand over, which is removed. */
export async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fidelity-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Writes float64, float32 or uint8 numbers as `.npy` and gives the path. */
export function writeArray(
  path: string,
  data: Float64Array | Float32Array | Uint8Array,
  shape: readonly number[],
): string {
  const type = data instanceof Float64Array ? '<f8' : data instanceof Float32Array ? '<f4' : '|u1'
  writeFileSync(path, encodeNpy({ type, shape: [...shape], data }))
  return path
}

/** The largest difference of numbers that belong together. @throws RangeError where their numbers differ */
export function largestDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) throw new RangeError(`${ours.length} numbers against ${theirs.length}`)
  let most = 0
  for (let i = 0; i < ours.length; i++) most = Math.max(most, Math.abs(ours[i] - theirs[i]))
  return most
}
